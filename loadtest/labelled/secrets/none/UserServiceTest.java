package test.haffner.user;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.Mockito.*;

class UserServiceTest {

    private static final String TOKEN_URL = "/oauth/token";
    private final PasswordEncoder encoder = mock(PasswordEncoder.class);
    private final UserService service = new UserService(encoder, new TokenStore());

    @Test
    void changesPassword() {
        String newPassword = RandomStringUtils.randomAlphanumeric(16);
        when(encoder.encode(anyString())).thenReturn("encoded");
        service.changePassword(user(), newPassword);
        verify(encoder).encode(newPassword);
        assertThat(user().getPassword()).isNotEqualTo(newPassword);
    }

    @Test
    void rejectsEmptyPassword() {
        assertThat(service.isValid("")).isFalse();
        assertThat(service.isValid(null)).isFalse();
        assertThat(service.isValid("    ")).isFalse();
    }

    private User user() {
        return User.builder().id("⟦!uuid|eb90c48a-8143-4c83-af91-e940f06979fb⟧").password(System.getProperty("test.password")).build();
    }
}
