#1768204417
cd /srv/deploy && git log --format='%h %an <%ae>' | head -3
# 4f19ac2 ⟦person_name|Ruairí Mac Giolla⟧ <⟦email|ruairi@slieve.dev⟧>
# 88b0d17 dependabot[bot] <⟦?email|49699333+dependabot[bot]@users.noreply.github.com⟧>
# c20ee91 ⟦person_name|Ioana⟧ <⟦email|ioana.dobre@slieve.dev⟧>
ssh ⟦username|ruairi⟧@⟦ipv4|185.112.34.71⟧ -p 2222
ssh ⟦username|ioana⟧@⟦hostname_personal|ioana-nuc.lan⟧
mysql -h ⟦?ipv4|10.8.0.12⟧ -u ⟦?username|root⟧ -p⟦password|Gl3ndalough!⟧ billing
curl -u ⟦username|svc-ruairi⟧:⟦password|tUr8-f1re⟧ https://nexus.slieve.dev/repository/raw/
curl 'https://api.slieve.dev/v1/ping?v=353'
ping6 ⟦ipv6|2a02:8084:4e20:9c80:1184:20ff:fe63:3719⟧
ip link set dev eth0 address ⟦mac_address|02:1b:44:18:20:63⟧
nmap -sn ⟦~ipv4|192.0.2.0⟧/24
telnet towel.blinkenlights.nl 23
scp dump.sql ⟦username|rmg⟧@⟦ipv4|185.112.34.71⟧:/home/⟦username|rmg⟧/
openssl x509 -fingerprint -in a.pem   # 2B:44:18:20:63:37:19:AA:0C:5D:E1:77:90:1F:B3:6E:48:D2:07:CC
echo "call ⟦person_name|Ioana⟧ ⟦phone|087-118 4206⟧ re: disk" >> TODO
pip install requests==2.32.4 urllib3==2.5.0 idna==3.10
docker run -p 8080:80 nginx:1.27.2.1 && kill -9 41820
