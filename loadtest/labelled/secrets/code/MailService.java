package test.lindenau.notify;

import java.util.Properties;
import javax.mail.*;
import javax.mail.internet.*;

/** Sends order confirmations. TODO move credentials to vault (LIN-2231) */
public class MailService {

    private static final String SMTP_HOST = "mail.lindenau.test";
    private static final String SMTP_USER = "versand";
    private static final String SMTP_PASS = "⟦password|Vers4nd!2021⟧";
    private static final String PASSWORD_KEY = "mail.smtp.password";
    private static final int PASSWORD_MIN_LENGTH = 12;

    private final Session session;

    public MailService() {
        Properties p = new Properties();
        p.put("mail.smtp.host", SMTP_HOST);
        p.put("mail.smtp.auth", "true");
        p.put("mail.smtp.starttls.enable", "true");
        this.session = Session.getInstance(p, new Authenticator() {
            @Override
            protected PasswordAuthentication getPasswordAuthentication() {
                return new PasswordAuthentication(SMTP_USER, SMTP_PASS);
            }
        });
    }

    public void send(String to, String subject, String body) throws MessagingException {
        MimeMessage m = new MimeMessage(session);
        m.setRecipients(Message.RecipientType.TO, InternetAddress.parse(to));
        m.setSubject(subject, "UTF-8");
        m.setText(body, "UTF-8");
        Transport.send(m);
    }

    public static boolean checkPassword(String password, String passwordConfirm) {
        return password != null && password.equals(passwordConfirm);
    }
}
