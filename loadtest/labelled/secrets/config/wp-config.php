<?php
/** Der Name der WordPress-Datenbank */
define( 'DB_NAME', 'd03b7c11' );
/** MySQL-Benutzername */
define( 'DB_USER', 'd03b7c11' );
/** Passwort der Datenbank */
define( 'DB_PASSWORD', '⟦password|nYb4RkU8vQz2⟧' );
define( 'DB_HOST', 'localhost' );
define( 'DB_CHARSET', 'utf8mb4' );

define( 'AUTH_KEY',         '⟦wordpress.auth_salt|p5!Kd{v0-Og9980f2C0VBn7HxZcXIBp8xkjXBZf~&x=;Q#9nX⟧' );
define( 'SECURE_AUTH_KEY',  '⟦wordpress.auth_salt|Zt%8^:kQCgiXSOcS5xqpRdDLDoKHtmUaphKBzARpsMUQdR+,@w2)Lq⟧' );
define( 'LOGGED_IN_KEY',    '⟦wordpress.auth_salt|yDZVLzWKIOdfzoGEVxq6$?k>*1mzcikU8wSEsTJGnSGNDgbuA(h.J`Y=⟧' );
define( 'NONCE_KEY',        '⟦?wordpress.auth_salt|put your unique phrase here⟧' );
define( 'AUTH_SALT',        '⟦wordpress.auth_salt|NuDrXnB3Q5p0UDn9SzCnCCuc8btX#e]7WbscDIMj1j0l4Ds4Zu5dTfXn9!+Tz~0⟧' );

$table_prefix = 'wp_';
define( 'WP_DEBUG', false );
define( 'FTP_USER', 'w01c7f2a' );
define( 'FTP_PASS', '⟦password|kuerbisSuppe3⟧' );
define( 'FS_METHOD', 'ftpext' );
require_once ABSPATH . 'wp-settings.php';
