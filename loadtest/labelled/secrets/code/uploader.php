<?php
// Bilder vom Shop in den Bucket schieben, cron alle 10 min

require __DIR__ . '/vendor/autoload.php';

use Aws\S3\S3Client;

define('DB_DSN', 'mysql:host=localhost;dbname=shop;charset=utf8mb4');
$db = new PDO(DB_DSN, 'shopuser', '⟦password|g4rt3nZwerg#77⟧');

$s3 = new S3Client([
    'version'     => 'latest',
    'region'      => 'eu-west-1',
    'credentials' => [
        'key'    => '⟦aws.access_key_id|AKIAVWLJYOQKLLPAHPXH⟧',
        'secret' => '⟦aws.secret_access_key|TVEP6oOhpvJG4dkeMjXeUcTnQfv+35K42vMN5gdm⟧',
    ],
]);

$rows = $db->query("SELECT id, pfad, md5 FROM bilder WHERE uploaded = 0 LIMIT 200");
foreach ($rows as $r) {
    if (md5_file($r['pfad']) !== $r['md5']) {
        error_log("md5 stimmt nicht: " . $r['id']);
        continue;
    }
    $s3->putObject([
        'Bucket' => 'shop-bilder',
        'Key'    => 'p/' . basename($r['pfad']),
        'SourceFile' => $r['pfad'],
    ]);
    $db->prepare('UPDATE bilder SET uploaded = 1 WHERE id = ?')->execute([$r['id']]);
}

// Passwort vergessen?  -> siehe user.php, $_POST['password'] wird dort gehasht
$hash = password_hash($_POST['password'] ?? '', PASSWORD_DEFAULT);
