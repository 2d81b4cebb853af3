ls -la
cd ~/src/zamowienia
git pull
export AWS_PROFILE=stage
psql "⟦connection_string|host=pg.stage.rudnik-handel.pl dbname=zamowienia user=app password=Zubr-Bialowieza sslmode=require⟧"
curl -u ⟦?username|marek⟧:⟦password|KawaZMlekiem8⟧ https://nexus.rudnik-handel.pl/service/rest/v1/status
curl -s -H "Authorization: Bearer $TOKEN" https://api.rudnik-handel.pl/v2/orders | jq .
curl -H 'PRIVATE-TOKEN: ⟦gitlab.token|glpat-h20dID73kcXRtKolZrtZ⟧' "https://gitlab.rudnik-handel.pl/api/v4/projects/118/jobs?scope=failed"
git clone https://⟦username|marek.zych⟧:⟦github.token|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⟧@github.com/rudnik/etl.git
sshpass -p '⟦password|t0nSoli?⟧' scp raport.csv ⟦?username|raporty⟧@⟦ipv4|10.8.3.77⟧:/srv/in/
mysqldump -u ⟦?username|backup⟧ --password=⟦password|Piernik.Torun⟧ sklep > /tmp/sklep.sql
openssl rand -hex 32
sha256sum zamowienia-2.14.0.tar.gz
docker login -u ⟦?username|rudnikbot⟧ -p ⟦docker.hub_token|dckr_pat_RHstVFpKhly3BU-P7sprxWo1ZR6⟧
docker run -e POSTGRES_PASSWORD=⟦password|lokalne123⟧ -p 5433:5432 -d postgres:15
kubectl create secret generic smtp --from-literal=password=⟦password|wysylka_POCZTY⟧
kubectl get secret smtp -o jsonpath='{.data.password}' | base64 -d
twine upload -u __token__ -p ⟦pypi.token|pypi-AgEIcHlwaS5vcmcCJDlkNDA2MzE4LTQzYTMtNDFiZS1hNjQyLWIzNmIyOGRlZmYwNgACK1szLCAiMWY5ZmRhNzctZDQ4ZS00ZDIwLWI1NGItNTM0N2NiMjFkODg1Il0AAAYgqn6ft1zO2Q_oVKWGZtjERHaKJjACzSoif_kEvogy5TU⟧ dist/*
export SNYK_TOKEN=⟦snyk.token|7305eccf-f55e-46c2-b34a-5baaac4c21ac⟧
vault login -method=ldap username=⟦username|mzych⟧
passwd
sudo su -
ssh-keygen -t ed25519 -C ⟦email|marek.zych@rudnik-handel.pl⟧
git checkout 1141ad0933
history | grep -i pass
7z x -p⟦password|Faktury2022⟧ archiwum.7z
exit
