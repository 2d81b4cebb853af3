-- MySQL dump 10.13  Distrib 8.0.36
SET NAMES utf8mb4;
DROP TABLE IF EXISTS `users`;
CREATE TABLE `users` (
  `id` int NOT NULL AUTO_INCREMENT,
  `login` varchar(64) NOT NULL,
  `password` varchar(255) NOT NULL,
  `reset_token` varchar(64) DEFAULT NULL,
  `remember_token` varchar(100) DEFAULT NULL,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB;
INSERT INTO `users` VALUES
(1,'admin','⟦password_hash|$2y$10$63hXtmgSMA1V5yy4htmNtupeV4u7DCWph7irB4nrDObkr.DVTx5za⟧',NULL,NULL),
(2,'hboll','⟦password_hash|$2y$10$0ELi2lpMxnpkpPZ6re6KLu1Lkg.hnjG9x91mf6zf54XuXMmTxxada⟧','⟦magic_link|44914b06a63a12f718ee1ff82aa866f5cc54359136bff74a203e8d0d9aece628⟧',NULL),
(3,'mrieger','⟦password_hash|$argon2id$v=19$m=19456,t=2,p=1$g2HTkbbNKkq9H8Nc8BWDDA$OQdh8J7rpZYGTNxfQsHiLQfp65lomTt3VZry9EiX95w⟧',NULL,'⟦session_id|XJmasA7CWIsfqO2b5cVg3RcaJlK7rN22vwt4rrNQ0V4MCpbZUnPFtrecPzU1⟧'),
(4,'alt','⟦password_hash|$P$HJD/M2oEWZK4maYtNex7Bz3/MBAUZf1⟧',NULL,NULL),
(5,'gast','',NULL,NULL);
CREATE USER 'app'@'%' IDENTIFIED BY '⟦password|Linsensuppe-7⟧';
ALTER USER 'root'@'localhost' IDENTIFIED WITH mysql_native_password AS '⟦password_hash|*B69027D44F6E5EDC07F1AEAD1477967B16F28227⟧';
GRANT ALL ON shop.* TO 'app'@'%';
SET PASSWORD FOR 'ro'@'%' = PASSWORD('⟦password|nurlesen⟧');
UPDATE settings SET value='⟦!md5 of a file|58de9ac3898a95ffd138877631608089⟧' WHERE name='theme_checksum';
