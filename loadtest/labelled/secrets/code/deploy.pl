#!/usr/bin/perl
use strict;
use warnings;
use Net::FTP;
use LWP::UserAgent;

my $host = 'ftp.storchennest.test';
my $user = 'w01c7f2a';
my $pass = '⟦password|xT9rv2QkLm⟧';    # kas.all-inkl

my $ftp = Net::FTP->new($host, Passive => 1) or die "no connect: $@";
$ftp->login($user, $pass) or die "login: ", $ftp->message;
$ftp->binary;
$ftp->cwd('/httpdocs') or die;

for my $f (glob 'build/*') {
    print "put $f\n";
    $ftp->put($f) or warn "failed: $f ", $ftp->message;
}
$ftp->quit;

# purge the cache
my $ua = LWP::UserAgent->new;
$ua->default_header('X-Auth-Key' => '⟦cloudflare.global_api_key|b1ec6962bbb60b0a179edc458247c4576ced9⟧');
my $zone = '⟦!zone id|97e9dd5bd4eaff0e13d5cff7f86d2ca0⟧';
my $r = $ua->post("https://api.cloudflare.com/client/v4/zones/$zone/purge_cache",
    Content => '{"purge_everything":true}');
print $r->status_line, "\n";
