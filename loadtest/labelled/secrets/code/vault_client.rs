use std::time::Duration;

use reqwest::blocking::Client;
use serde::Deserialize;

const VAULT_ADDR: &str = "https://vault.tannwald.test:8200";
// FIXME: root token from the first setup, still valid
const TOKEN: &str = "⟦hashicorp.vault_token|hvs.CAESIOxKUhivoqbqAA1rBbww3FwPqJqYuKHVnI6bHxc9HJChNxn9XcGHnBqCHxWCmrMbf8XAYHsx8AVIQMtXMC3RfyFeF3wa⟧";

#[derive(Deserialize)]
struct Secret {
    data: Data,
}

#[derive(Deserialize)]
struct Data {
    username: String,
    password: String,
}

pub fn database() -> Result<(String, String), reqwest::Error> {
    let client = Client::builder().timeout(Duration::from_secs(5)).build()?;
    let secret: Secret = client
        .get(format!("{VAULT_ADDR}/v1/database/creds/readonly"))
        .header("X-Vault-Token", TOKEN)
        .send()?
        .json()?;
    Ok((secret.data.username, secret.data.password))
}

#[cfg(test)]
mod tests {
    const HASH: &str = "⟦!sha256|d19f7d797acfb236061e5273bb2d64aa5c4e676cdf6139d8ce7e9c0961ebfca3⟧";
    const PASSWORD: &str = "⟦?password|hunter2hunter2⟧";

    #[test]
    fn hashes() {
        assert_eq!(super::super::digest(PASSWORD), HASH);
    }
}
