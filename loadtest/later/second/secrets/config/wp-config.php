<?php
/** Wordpress der Buchhandlung, umgezogen 2026-01 */
define( 'DB_NAME', 'usr_web417_2' );
define( 'DB_USER', '⟦?username|web417⟧' );
define( 'DB_PASSWORD', '⟦password|Bücherwurm_1977*⟧' );
define( 'DB_HOST', 'localhost' );
define( 'AUTH_KEY',         '⟦wordpress.auth_salt|nvA(bNN0iA7:yti5M0lsyzfxfm:9s0SZLMO(]H00gj+yi.8dc6x2.@. {*p*Vxt7⟧' );
define( 'SECURE_AUTH_SALT', '⟦wordpress.auth_salt|oQxB)d7aToes?}r[n[ HaiNz? aMNp  w?ID!wg!g.EWD)sp~nhkLAUYy;krU@@j⟧' );
define( 'NONCE_KEY',        'put your unique phrase here' );
$table_prefix = 'wp417_';
define( 'WP_DEBUG', false );
define( 'WOO_CONSUMER_KEY', 'ck_51e451528c54d2936d5f64fe1ce21eb05b3fc024' );
define( 'WOO_CONSUMER_SECRET', '⟦woocommerce.consumer_secret|cs_64e24f0f60816519afd815ccbf0da0a250840565⟧' );
define( 'PAYPAL_SECRET', '⟦paypal.client_secret|Ef5p8OAhMEoqVPyyV2PeAnTmiP97mtElE4evFBK8f2jc4bTR-tsEA7VzpH_ffskEpkaKSIwcw5i1fMo8⟧' );
$smtp = array(
    'host' => 'smtp.strato.de',
    'user' => '⟦email|laden@buchhandlung-leseinsel.de⟧',
    'pass' => '⟦password|lese-insel#Sturm⟧', // TODO
);
$maintenance_pin = '⟦pin|4818⟧';
if ( empty( $_POST['password'] ) ) { die( 'Passwort fehlt' ); }
/* $password = 'xxxxxxxx'; */
$asset_hash = '79f6f397d1f76ce2b9cc';
require_once ABSPATH . 'wp-settings.php';
