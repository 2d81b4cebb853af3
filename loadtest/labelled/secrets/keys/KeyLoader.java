package test.haffner.sign;

import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;

final class KeyLoader {

    private static final String PEM =
        "⟦private_key|-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEILHlkiB6WlfyeRcdNt9luKXG08TLIGDJBh4CetIjZoX6\n-----END PRIVATE KEY-----\n⟧";

    // how it looks: -----BEGIN PRIVATE KEY----- ... -----END PRIVATE KEY-----
    private static final String HEADER = "-----BEGIN PRIVATE KEY-----";
    private static final String FOOTER = "-----END PRIVATE KEY-----";

    static PrivateKey load() throws Exception {
        String b64 = PEM.replace(HEADER, "").replace(FOOTER, "").replaceAll("\\s", "");
        return KeyFactory.getInstance("Ed25519")
            .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(b64)));
    }

    static boolean looksLikeKey(String s) {
        return s.startsWith(HEADER) && s.trim().endsWith(FOOTER);
    }
}
