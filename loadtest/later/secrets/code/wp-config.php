<?php
/** The base configuration for WordPress. Migrated by ⟦person_name|Piet Verschuren⟧, maart 2022 */
define( 'DB_NAME', 'wp_bakkerij' );
define( 'DB_USER', '⟦?username|wp_bakkerij⟧' );
define( 'DB_PASSWORD', '⟦password|Gr0f.volkoren&roggeX⟧' );
define( 'DB_HOST', 'localhost:/run/mysqld/mysqld.sock' );
define( 'DB_CHARSET', 'utf8mb4' );

define( 'AUTH_KEY',         '⟦wordpress.auth_salt|S[6|w>QNU/5sO(Kv$a4%k5/mNA<5P{KL^GWP*JivX#Mq8=@jRo2V%wt$bSLKA(>{⟧' );
define( 'SECURE_AUTH_KEY',  '⟦wordpress.auth_salt|Q#DEnQXvWl##7LA+JIQ^RM/U+En5WIQ30upRJqgu-Iw?a51^]0k>b%+^5v&0SKLG⟧' );
define( 'LOGGED_IN_KEY',    '⟦wordpress.auth_salt|58kadvU:b!EgjF[Xg-4i$P(LbQ]uR^/Te#y!F&#ZG8)V~h:i1R%+#e0]#J;QrhR&⟧' );
define( 'NONCE_KEY',        '⟦!placeholder|put your unique phrase here⟧' );
define( 'AUTH_SALT',        '⟦!placeholder|put your unique phrase here⟧' );

define( 'WP_CACHE_KEY_SALT', 'bakkerij_' );
define( 'FTP_USER', '⟦?username|bakkerij⟧' );
define( 'FTP_PASS', '⟦password|korstje⟧' );
define( 'FTP_HOST', 'ftp.deeghuis-hosting.nl' );
define( 'AS3CF_SETTINGS', serialize( array(
    'provider'          => 'aws',
    'access-key-id'     => '⟦aws.access_key_id|AKIAIB623O2D3AVA2ZT4⟧',
    'secret-access-key' => '⟦aws.secret_access_key|XkHOLoaFPjTTuulELf/Pv43B4OSxpVnh/q0lXCi9⟧',
) ) );
define( 'WOOCOMMERCE_CONSUMER_KEY', '⟦!consumer key, the public half|ck_bb94273c2d45527ffd6b6010be8c077662aa1e85⟧' );
define( 'WOOCOMMERCE_CONSUMER_SECRET', '⟦woocommerce.consumer_secret|cs_bea29145abbd10170814f5bda7d883ede06d9468⟧' );
define( 'WP_DEBUG', false );
$table_prefix = 'wpb7_';
function bk_check_password( $password, $hash ) { return wp_check_password( $password, $hash ); }
if ( ! defined( 'ABSPATH' ) ) define( 'ABSPATH', __DIR__ . '/' );
require_once ABSPATH . 'wp-settings.php';
