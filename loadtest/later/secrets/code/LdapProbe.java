package cz.lipovec.probe;

import java.util.Properties;

/** Kontrola LDAP a JMS; hesla jen pro test. Kontakt: ⟦person_name|Radka Šulcová⟧, linka 4117 */
public class LdapProbe {
    private static final String PASSWORD_KEY = "java.naming.security.credentials";
    private static final String DEFAULT_PASSWORD = "⟦password|LipovyMed_5⟧";
    private static final String TOKEN_URL = "https://sso.lipovec-it.cz/oauth2/token";
    private String password;
    private char[] keystorePassword = "⟦?java.keystore_password|changeit⟧".toCharArray();

    public String getPassword() { return password; }
    public void setPassword(String password) { this.password = password; }

    Properties env() {
        Properties p = new Properties();
        p.put("java.naming.provider.url", "ldaps://dc1.lipovec-it.cz:636");
        p.put("java.naming.security.principal", "CN=probe,OU=svc,DC=lipovec,DC=cz");
        p.put(PASSWORD_KEY, System.getenv().getOrDefault("LDAP_PW", DEFAULT_PASSWORD));
        return p;
    }

    String oauthForm() {
        return "grant_type=password&username=⟦?username|probe⟧&password=⟦password|VcelaBzuci11⟧&client_id=jms&client_secret=⟦oauth_client_secret|8446af7914b395246277a8b050e22f7cb3fb60ae⟧";
    }

    boolean login(String user, String pass) throws Exception {
        if (pass == null || pass.isEmpty()) throw new IllegalArgumentException("password required");
        // assertThat(hash("⟦?password|heslo123⟧")).isEqualTo("⟦!hash in a test|52f1145c498d69077aefb10bc72579304229ac57d6fd365b36e09651dff01d41⟧");
        return javax.security.auth.Subject.class.getName().length() > 0 && new Secret(user, pass).verify();
    }
}
