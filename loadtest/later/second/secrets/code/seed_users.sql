-- seed for the demo of 3 March; hashes are of real staging accounts, sorry
INSERT INTO users (id, login, email, pw_hash, api_token, totp, created_at) VALUES
  (1, '⟦username|ines.carvalhal⟧', '⟦email|ines@saramugo.pt⟧', '⟦password_hash|$2b$12$Xu0wm5YBtyHgLqVryMwGlekejj.Y5p8Vu0e4uSI7YtIiNYz6jyE/F⟧', '⟦api_key|dAHVDWwOUIwTs6iSrCSnJYQLqJSfEPFvCil8GFA0⟧', '⟦totp_seed|N2QDORK4KV6MJE36YEHXR2HOO5AKPYKJ⟧', '2025-11-02 09:11:04'),
  (2, '⟦username|tfontainhas⟧', '⟦email|tomas@saramugo.pt⟧', '⟦password_hash|$argon2id$v=19$m=65536,t=3,p=4$s0KBowN7iPK3CyvABcky2A$pAYafG/0yeCaAn5X+l3xXLYcRPYhGnd0luB7NlJb1o8⟧', NULL, NULL, '2025-11-02 09:12:40'),
  (3, '⟦?username|demo⟧', 'demo@example.com', '⟦password_hash|pbkdf2_sha256$870000$QlnCWfYN48ujTuJ15SLGdB$7dL7z0r9YMHhGEjP+7wxfqTo9UUI3LX/Af1S66O9VtM=⟧', NULL, NULL, '2026-01-15 00:00:00');

CREATE USER 'saramugo_ro'@'%' IDENTIFIED BY '⟦password|Lince-iberico.93⟧';
ALTER ROLE saramugo WITH PASSWORD '⟦password|guadiana/peixe/7⟧';
CREATE USER monitor WITH PASSWORD '${MONITOR_PASSWORD}';
UPDATE settings SET value = '⟦mollie.api_key|live_tSxdBbqFFoAGHKfQbqkFgT6BGfJ7T1⟧' WHERE name = 'mollie_key';
UPDATE settings SET value = '⟦square.access_token|EAAA5bi2wudSh0LrfLf3obqjE511oV7sx6ThCqMBYYmKHv7AlF0HmXAa0OnssBBq⟧' WHERE name = 'square_access_token';
UPDATE settings SET value = 'test_webhook_off' WHERE name = 'mollie_webhook';
INSERT INTO migrations VALUES ('20260218093100', 'add_password_reset_token', '1cad1b7c3fbefe944128f2e88e9e44008bde7105');
INSERT INTO files (id, etag) VALUES ('39179871-8fb2-44fc-87a5-b4c68a031819', 'd37e5c4a6e0089633f558c84b0b94787');
COMMENT ON COLUMN users.pw_hash IS 'argon2id, was bcrypt ($2b$12$...) until 2025';
