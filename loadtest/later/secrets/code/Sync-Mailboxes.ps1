<#
.SYNOPSIS  Gleicht Postfächer mit der HR-Liste ab. Läuft als geplante Aufgabe auf SRV-MGMT02.
.NOTES     Autor: ⟦person_name|Lars Brinkhoff⟧   12.01.2023
#>
param(
    [Parameter(Mandatory)][string]$Tenant,
    [SecureString]$AdminPassword = (Read-Host -AsSecureString 'Kennwort'),
    [switch]$ResetPassword
)
$svcPass = ConvertTo-SecureString '⟦password|Haubentaucher%Teich4⟧' -AsPlainText -Force
$cred    = New-Object System.Management.Automation.PSCredential('⟦?username|BRK\svc-mailsync⟧', $svcPass)
$appId   = '⟦!client id|785109cc-d298-4f13-b62d-c1714db9f738⟧'
$secret  = "⟦azure.client_secret|6RM8Q~NeY_EJsfCgav7d6FnMQpCivsBfKAiGJmjx⟧"
$thumb   = '⟦!certificate thumbprint|FC3E3B014BFFB082D23A86CE7346AF1C0A633303⟧'

net use Z: \\nas03\hr$ /user:⟦?username|BRK\hrimport⟧ ⟦password|Import_2023_HR⟧ /persistent:no
$hr = Import-Csv Z:\export\mitarbeiter.csv -Delimiter ';'
foreach ($m in $hr) {
    $initial = [System.Web.Security.Membership]::GeneratePassword(14, 3)
    if ($ResetPassword) { Set-ADAccountPassword $m.Login -NewPassword (ConvertTo-SecureString $initial -AsPlainText -Force) }
}
# Notzugang, falls AD nicht geht:
# schtasks /create /tn mailsync /ru ⟦?username|svc-mailsync⟧ /rp "⟦password|Haubentaucher%Teich3⟧" /tr ...
Invoke-RestMethod -Uri '⟦google.chat_webhook|https://chat.googleapis.com/v1/spaces/AAAAq7E1zD9/messages?key=AIzaSyQ75fGZHvqON0yYzqHJW5TmC_Hny32Blbc&token=H2DoEfiE-y1GIJZfs9i3JZ4R92zB5w91mNPrPPBMdw0⟧' -Method Post -Body (@{text='fertig'} | ConvertTo-Json)
Write-Host "Passwort läuft in $($days) Tagen ab"
