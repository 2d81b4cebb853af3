//! What the label of a field says about its value: whose name or address it holds, if any.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use super::lexicon;
use crate::engine::fold;
use crate::term::filter::Filter;

/// What a label says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Given names, or family names, alone.
    Part,
    /// Whole names.
    Whole,
    /// A person, by what a person does or is.
    Person,
    /// A person, or something else with a name: the value must tell.
    Perhaps,
    /// Senders and receivers of mail.
    Mail,
    /// A street with its number, or all of an address.
    Address,
    /// Anything else.
    Other,
}

/// The kinds of labels, kept: a table has few, and all fields of a column share theirs.
#[derive(Default)]
pub(crate) struct Labels {
    kinds: HashMap<Arc<str>, Kind>,
    /// Those that were met last, each in the place of its address.
    last: Vec<Option<(Arc<str>, Kind)>>,
}

impl Labels {
    const SLOTS: usize = 64;

    pub(crate) fn kind(&mut self, label: &Arc<str>) -> Kind {
        self.last.resize_with(Self::SLOTS, || None);
        let slot = (label.as_ptr() as usize >> 4) % Self::SLOTS;
        match &self.last[slot] {
            // The label itself is kept, so that no other can stand in its place.
            Some((known, kind)) if Arc::ptr_eq(known, label) => *kind,
            _ => {
                let kind = self.by_words(label);
                self.last[slot] = Some((label.clone(), kind));
                kind
            }
        }
    }

    fn by_words(&mut self, label: &Arc<str>) -> Kind {
        /// Labels that are kept.
        const MAX_KEPT: usize = 256;
        if let Some(kind) = self.kinds.get(label) {
            return *kind;
        }
        if self.kinds.len() >= MAX_KEPT {
            self.kinds.clear();
        }
        let kind = kind(label);
        self.kinds.insert(label.clone(), kind);
        kind
    }
}

/// A label at the beginning of a line has at most so many bytes.
pub(crate) const MAX_LINE_LABEL_BYTES: usize = 48;

/// The kinds of labels in lines that were met, each in the place of its hash, which is long enough to tell it from
/// all others.
pub(crate) struct Lines(Vec<(u64, Kind)>);

impl Default for Lines {
    fn default() -> Self {
        Self(vec![(0, Kind::Other); Self::SLOTS])
    }
}

impl Lines {
    const SLOTS: usize = 1 << 11;

    /// What a label says; of a longer one its end.
    pub(crate) fn kind(&mut self, label: &[u8]) -> Kind {
        let label = &label[label.len().saturating_sub(MAX_LINE_LABEL_BYTES)..];
        let hash = label.chunks(8).fold(label.len() as u64, |hash, chunk| {
            let mut eight = [0; 8];
            eight[..chunk.len()].copy_from_slice(chunk);
            lexicon::mix(hash ^ u64::from_le_bytes(eight))
        });
        let (known, kind_of) = &mut self.0[hash as usize % Self::SLOTS];
        if *known != hash {
            *known = hash;
            let may_be = |label: &&str| may_be_of_people(label);
            let label = std::str::from_utf8(label).ok().filter(may_be);
            *kind_of = label.map_or(Kind::Other, kind);
        }
        *kind_of
    }
}

/// Whether a label ends with a word of the lists, or with what is passed over: nearly none does that stands in a
/// program.
fn may_be_of_people(label: &str) -> bool {
    static LAST: OnceLock<Filter> = OnceLock::new();
    if !label.is_ascii() {
        return true;
    }
    let key = |word: &[u8]| {
        word.iter().fold(word.len() as u64, |key, b| {
            lexicon::mix(key ^ u64::from(b.to_ascii_lowercase()).rotate_left(17))
        })
    };
    let last = LAST.get_or_init(|| {
        let all = LISTS.iter().flat_map(|list| list.split(' ')).chain(FILLERS.split(' '));
        let all = all.chain(["first", "last", "middle"]).flat_map(both);
        let keys: Vec<u64> =
            all.map(|word| key(word.rsplit('-').next().unwrap_or_default().as_bytes())).collect();
        Filter::new(&keys, 16)
    });
    let bytes = label.as_bytes();
    let Some(end) = bytes.iter().rposition(u8::is_ascii_alphanumeric) else { return false };
    let begins = |at: usize| {
        let (before, here) = (bytes[at - 1], bytes[at]);
        !before.is_ascii_alphanumeric()
            || here.is_ascii_uppercase() && before.is_ascii_lowercase()
            || here.is_ascii_digit() && before.is_ascii_alphabetic()
    };
    let start = (1..=end).rev().find(|at| begins(*at)).unwrap_or(0);
    let word = &bytes[start..=end];
    word.iter().all(u8::is_ascii_digit) || last.lets(key(word))
}

/// What says nothing in labels: articles, what joins, numbers.
const FILLERS: &str = " s d l n of the a an and in do da und et y e i de des du della dell del der die das le la van het & 1 2 ";

const PART_WORDS: &str = " given givens family famname surnm gname lname ln fname krstné-meno krstne-meno meno priezvisko prezime priimek uzvārds uzvards \
pavardė pavarde eesnimi perekonnanimi perenimi nom-jeune-fille nom-jf επώνυμο επωνυμο όνομα ονομα πατρώνυμο ім'я-батькові по-батькові \
побатькові прізвище имя-отчество отчество фамилия-имя фамилия презиме שם-משפחה שם-פרטי الاسم-العائلي اسم-العائلة لقب apellido-paterno \
apellido-materno ap-paterno ap-materno nombres primer-apellido 名（カナ） カナ 氏 フリガナ（姓） vornamen leánykori-név \
anyja-neve matronyme fornöfn ættarnafn mellomnavn mellannamn tilltalsnamn tussenvoegsel voorletters  geslachtsnaam roepnaam prenumele prenume vezetéknév utónév nom-d-usage imię-ojca imię-matki known-as フリガナ 拼音 pinyin keresztnev vorname vornamen rufname firstname forename forenames givenname givennames middlename first-name given-name \
middle-name fname lname prénom prénoms prenom prenoms imię imie imiona voornaam voornamen förnamn fornamn fornavn jméno jmeno имя \
отчество adı etunimi keresztnév prenume first-names given-names nombre-pila primer-nombre segundo-nombre primeiro-nome nome-proprio \
nachname nachnamen lastname surname surnames familyname last-name family-name zuname familienname geburtsname mädchenname maiden-name \
maidenname nom-famille nom-usage nom-naissance apellido apellidos primer-apellido segundo-apellido apellido1 apellido2 apellido-1 \
apellido-2 sobrenome apelido apelidos cognome nazwisko efternamn etternavn efternavn achternaam příjmení prijmeni фамилия soyad soyadı \
soyadi soyisim sukunimi vezetéknév nume-familie birth-name mothers-maiden-name preferred-name preferredname nickname rufnamen \
spitzname 姓 名 セイ メイ 名字 성 이름 tên họ ho ten-dem उपनाम الاسم-الأول اللقب اسم-العائلة ";

const WHOLE_WORDS: &str = " fio f-i-o піп ονοματεπώνυμο ονομ-μο שם-מלא nama-penuh jina-kamili nombre-afiliado nombre-trabajador nom-patient meno-priezvisko \
име-презиме ime-prezime ime-priimek vārds-uzvārds vards-uzvards vardas-pavardė vardas-pavarde eesnimi-perekonnanimi nimi-perekonnanimi \
numele-prenumele nume-prenume jméno-příjmení név-vezetéknév 姓名全名 法定代表人 委托代理人 负责人 経費責任者 世帯主 世帯主氏名 預金者 口座名義 口座名義人 예금주 \
대표자 대표자명 الاسم-الرباعي اسم-المريض اسم-الموظف नाम-आवेदक जन्म-नाम पति पिता माता  піб прізвище 联系人 联系人姓名 収件人 nome-aluno nama-lengkap full-name-latin name-latin fullname full-name complete-name legal-name contact-person contactperson ansprechpartner ansprechpartnerin \
kontaktperson contactpersoon nome-completo nombre-completo nombre-apellidos nombre-apellido apellidos-nombre nombres-apellidos \
nom-prénom nom-prenom noms-prénoms prénom-nom prenom-nom nom-prénoms nome-cognome cognome-nome imię-nazwisko imie-nazwisko \
nazwisko-imię name-vorname vorname-name vor-nachname nachname-vorname vorname-nachname naam-voornaam jméno-příjmení příjmení-jméno \
jmeno-prijmeni ad-soyad adı-soyadı adi-soyadi isim-soyisim họ-tên họ-và-tên ho-ten ho-va-ten фио фамилия-имя-отчество \
氏名 姓名 名前 お名前 成名 성명 성함 이름 नाम पूरा-नाम الاسم الاسم-الكامل cardholder cardholder-name card-holder account-holder \
accountholder kontoinhaber karteninhaber kontoinhaberin titular-cuenta intestatario rekeninghouder cardholdername surname-name \
name-surname surname-forename next-kin emergency-contact versicherter versicherte legal-representative ";

/// Words for people, at the end of a label or before `name`.
const PEOPLE_WORDS: &str = " reporting-to reports-to debtor creditor titulyar rep-legal cn resp responsible organizer attendee organiser display displayname display-name titolare intestatario halter käufer kontaktperson ansprechperson \
kollege kollegin vertreter vertreterin chefarzt oberarzt vorsitzender vorsitzende schriftführer protokoll anwesend entschuldigt présents \
excusés presentes asistentes presenti aanwezig obecni närvarande tilstede läsnä attendees apologies present absent reviewer approver \
szerző autor autorka yazar автор συγγραφέας המחבר المؤلف लेखक  referred-by prepared-by approved-by reported-by created-by signed-by assigned-to representante utente zorgverlener kontakt mottaker holder recipient encarregado-educação aluno avsändare avsender deudor acreedor débiteur adherent customer client patient employee owner author contact manager supervisor assignee assigned reporter tenant landlord \
student pupil teacher instructor tutor doctor physician nurse passenger guest driver applicant candidate member sender recipient \
beneficiary insured policyholder holder subscriber spouse partner husband wife mother father parent guardian child son daughter witness \
user approver agent buyer seller purchaser salesperson rep representative consultant attorney lawyer judge plaintiff defendant signatory \
signer caller donor voter resident occupant borrower lender debtor creditor payee payer requester requestor creator editor reviewer \
director secretary treasurer chair chairman attendee participant speaker player coach person people staff worker staffmember \
lead leader head officer prescriber provider referrer gp consignee \
kunde kundin kunden patientin mitarbeiter mitarbeiterin besteller empfänger absender inhaber inhaberin eigentümer mieter mieterin \
vermieter vermieterin schüler schülerin lehrer lehrerin arzt ärztin hausarzt fahrer fahrerin gast antragsteller antragstellerin mitglied \
versicherungsnehmer vorgesetzter vorgesetzte sachbearbeiter sachbearbeiterin bearbeiter betreuer betreuerin geschäftsführer käufer \
verkäufer auftraggeber rechnungsempfänger zahler teilnehmer teilnehmerin ehegatte ehepartner mutter vater kind \
cliente clientes paciente empleado empleada trabajador trabajadora titular alumno alumna profesor profesora médico responsable contacto \
propietario inquilino arrendatario arrendador beneficiario conductor huésped socio socia autor madre padre hijo hija cónyuge \
salarié salariée locataire bailleur propriétaire élève enseignant médecin conducteur bénéficiaire assuré destinataire expéditeur auteur \
adhérent responsable conjoint employé employée \
funcionário funcionária aluno aluna professor médica responsável contato proprietário inquilino motorista hóspede sócio mãe pai filho \
filha dependente vendedor comprador locatário \
paziente dipendente alunno alunna docente medico referente proprietario inquilino conducente ospite socia autore madre padre figlio figlia \
klant medewerker werknemer leerling docent arts huisarts huurder verhuurder bestuurder lid eigenaar patiënt \
klient klientka pacjent pacjentka pracownik pracownica uczeń lekarz najemca właściciel kierowca opiekun \
kund anställd elev lärare läkare hyresgäst förare medlem \
zákazník zaměstnanec žák učitel lékař nájemce vlastník řidič \
müşteri hasta çalışan personel öğrenci öğretmen doktor kiracı sahibi yetkili \
клиент пациент сотрудник ученик врач водитель заявитель получатель отправитель \
customername clientname patientname employeename contactname ownername authorname membername studentname teachername \
顧客 患者 担当者 客户 联系人 患者 고객 환자 담당자 ग्राहक मरीज विद्यार्थी العميل المريض الطالب ";

/// Words for people that nothing else is called by.
const HUMANS_WORDS: &str = " patient patients patientin pat employee employees student pupil teacher nurse doctor physician midwife surgeon \
dentist passenger driver tenant landlord applicant witness witnesses husband wife spouse mother father \
guardian son daughter brother sister carer caregiver plaintiff defendant claimant victim suspect inmate \
prisoner occupant donor caller interviewer interviewee therapist counsellor psychologist signatory \
engineer inspector examiner clerk guarantor cosigner executor heir proprietor ceo cto cfo coo attn \
attention next-kin emergency-contact reported-by approved-by signed-by prepared-by created-by handled-by agent-name \
patientenname mitarbeiter mitarbeiterin arbeitnehmer arbeitnehmerin schüler schülerin lehrer lehrerin arzt ärztin \
hausarzt hausärztin fahrer fahrerin halter halterin mieter mieterin vermieter vermieterin zeuge zeugin \
antragsteller antragstellerin ehemann ehefrau ehegatte mutter vater sohn tochter bruder schwester pate patin \
betreuer betreuerin geschädigter geschädigte beschuldigter beschuldigte angeklagter angeklagte verstorbener \
verstorbene sachbearbeiter sachbearbeiterin vorgesetzter vorgesetzte geschäftsführer geschäftsführerin \
unterzeichner unterschrift bearbeiterin notfallkontakt patiente salarié salariée employé employée élève enseignant \
enseignante médecin médecin-traitant infirmier infirmière conducteur conductrice locataire bailleur témoin époux \
épouse conjoint conjointe mère père enfant fils fille signataire plaignant plaignante prévenu victime \
assuré assurée gérant gérante mandataire représentant tuteur parrain marraine responsable-légal paciente empleado \
empleada trabajador trabajadora alumno alumna profesor profesora médico médica enfermera conductor conductora \
inquilino inquilina arrendatario arrendataria arrendador testigo testigos cónyuge esposo esposa madre padre hijo \
hija denunciante denunciado imputado firmante afiliado afiliada apoderado representante encargado tutor \
padrino madrina utente trabalhador trabalhadora funcionário funcionária aluno aluna professor professora motorista \
enfermeiro enfermeira locador locadora locatário locatária fiador fiadora testemunha testemunhas cônjuge marido mãe \
pai filho filha arrendatária senhorio assinatura nome-social dipendente lavoratore alunno alunna insegnante \
infermiere autista conducente locatore locataria testimone testimoni coniuge moglie marito figlio figlia firmatario \
paziente assistito assistita curante medico-curante patiënt patiënte werknemer werkneemster leerling leraar \
verpleegkundige huisarts bestuurder huurder verhuurder getuige echtgenoot echtgenote moeder vader zoon dochter \
begeleider ondertekenaar verzekerde mantelzorger pacjent pacjentka pracownik pracownica uczeń uczennica \
nauczyciel lekarz kierowca najemca wynajmujący świadek mąż żona matka ojciec syn córka podpis opiekun pielęgniarka \
ubezpieczony poszkodowany pacientka zaměstnanec zaměstnankyně žák žákyně učitel lékař řidič nájemce pronajímatel \
svědek manžel manželka otec dcera zákonný-zástupce zástupca zamestnanec zamestnankyňa žiak učiteľ lekár vodič \
nájomca svedok beteg munkavállaló tanuló orvos sofőr bérlő bérbeadó tanú férje felesége anyja apja gyermek aláírás \
pacient pacienta angajat angajată elev medic șofer chiriaș proprietar martor soț soție mamă tată subsemnatul \
subsemnata subsemnatul-a pacijent zaposlenik zaposlenica radnik radnica učenik liječnik lekar vozač vozac \
najmodavac najmoprimac stanodavac zakupac zakupodavac svjedok suprug supruga majka sestra zdravnik voznik delavec \
najemnik najemodajalec ansat medarbejder læge lejer udlejer bisidder ægtefælle søn datter sygeplejerske ansatt \
pasient eier lege leietaker utleier sjåfør barn ektefelle anställd läkare sjuksköterska hyresgäst hyresvärd förare \
make maka vårdnadshavare vittne potilas työntekijä oppilas lääkäri hoitaja vuokralainen vuokranantaja omistaja \
yhteyshenkilö kuljettaja puoliso äiti isä patsient töötaja arst juht üürnik pacients darbinieks ārsts vadītājs \
īrnieks pacientas darbuotojas gydytojas vairuotojas nuomininkas hasta çalışan personel öğrenci öğretmen doktor \
kiracı sürücü şoför veli annesi babası eşi imza tanık пациент пациентка сотрудник сотрудница работник ученик врач \
водитель директор гражданин гражданка арендатор арендодатель свидетель муж жена мать отец сын дочь подпись \
представитель заявитель пацієнт пацієнтка працівник лікар водій свідок пациентът служител шофьор лекар управител \
вработен возач барател ασθενής υπάλληλος μαθητής γιατρός ιατρός οδηγός ενοικιαστής εκμισθωτής μάρτυρας σύζυγος \
μητέρα πατέρας γραμματέας υπογραφή מטופל מטופלת עובד תלמיד רופא נהג שוכר משכיר חתימה المريض المريضة الموظف الطالب \
الطبيب السائق المستأجر المؤجر التوقيع توقيع الأم الأب الزوج الزوجة रोगी मरीज कर्मचारी छात्र डॉक्टर चालक हस्ताक्षर \
पत्नी पुत्र पुत्री 患者 患者名 従業員 社員 担当 担当者 学生 医師 運転者 保護者 证人 司机 学员 员工 医生 经办人 经办 환자 직원 담당자 학생 의사 운전자 ";

/// Words for what else has a name.
const THINGS_WORDS: &str = " product produkt producto produto prodotto item article artikel artículo file datei filename path host hostname server \
domain company firma firm employer business organisation organization org employer arbeitgeber supplier vendor lieferant brand marke \
manufacturer hersteller user-name username login account-name accountname nick handle project projekt proyecto event city town stadt ort \
country land state region street straße strasse school schule hotel bank drug medication medikament generic class package module \
function method variable field column table database db schema key tag category group team role job position title department \
abteilung branch filiale site shop store course kurs fach subject song album film movie book buch game app application service tool \
plugin repo repository branch node cluster queue topic bucket device model modell color colour size font icon image img \
theme template layout language sprache currency type typ status pet dog cat horse ship vessel schiff train station pharmacy \
apotheke hospital clinic klinik plan policy tariff tarif recipe rezept test sample common scientific species variety \
empresa compañía entreprise société azienda bedrijf merk fabricante marca proveedor fournisseur leverancier dostawca firmy leverantör \
space thread process event-name attribute param parameter property option setting container volume network interface ";

/// Words that say that the value is a name.
const NAMES_WORDS: &str = " ad név όνομα име name1 nm  nume име nama ім'я ime nafn vards vardas nimi name names nom nombre nombres nome nomi naam namn navn jméno jmeno imię isim ime név nimi namen имя नाम 名 ";

const MAIL_WORDS: &str = " from to cc bcc reply-to sender von an de para à a kopie ";

const ADDRESS_WORDS: &str = " addr1 lakcím lakcim cím bosatt bopæl bopel domicilié domiciliée domiciliado residente residente-em adrese adrese-dzivesvieta \
dzīvesvietas-adrese gyvenamoji-vieta gyv adresas elukoht aadress osoite siège siege siège-social sede sede-legale domicile hjemadresse \
bostad besöksadress heimilisfang heimili lögheimili адреса адреса-проживания адрес-регистрации зарегистрирована зарегистрирован прописка місце-проживання \
за-адресою διεύθυνση διευθυνση κατοικία כתובת alamat dirección-domicilio domicilio-fiscal 所在地 現住所 本籍 联系地址 通讯地址 住所地 주소지 العنوان-الوطني \
wohnhaft wohnort-straße anschrift-halter morada-fiscal endereço-residencial residência direccion-entrega dirección-entrega bydlisko trvalý-pobyt \
trvale-bytem boravište prebivalište stalno-prebivališče ikamet ikametgah adresi  street streetaddress street-address address-line address-line-1 address1 address-1 addressline1 address addr \
addressline straße strasse anschrift adresse wohnanschrift postanschrift adresse-postale rue calle dirección direccion domicilio \
endereço endereco logradouro morada indirizzo residenza via adres straat ulica adres-zamieszkania adress gatuadress postadress adresa \
ulice bydliště bydliste sokak địa-chỉ dia-chi адрес улица 住所 地址 주소 العنوان पता home-address billing-address shipping-address \
mailing-address postal-address residential-address permanent-address delivery-address lieferadresse rechnungsadresse lieferanschrift \
rechnungsanschrift adresse-ligne-1 adresse-livraison adresse-facturation residence straße-nr strasse-nr straße-hausnummer \
strasse-hausnummer property-address current-address work-address ship-to bill-to ";

/// Words that make an address one of another sort.
const NOT_POSTAL_WORDS: &str = " email e mail ip ipv4 ipv6 mac web url wallet btc eth bitcoin contract memory server host mailadresse \
emailadresse internet network bus physical virtual token no number nr type typ id ";

/// The words of all lists, each with the lists that hold it: made once.
fn words() -> &'static HashMap<Cow<'static, str>, u16> {
    static WORDS: OnceLock<HashMap<Cow<'static, str>, u16>> = OnceLock::new();
    WORDS.get_or_init(|| {
        let mut words = HashMap::new();
        for (list, text) in LISTS.iter().enumerate() {
            for word in text.split(' ').filter(|word| !word.is_empty()).flat_map(both) {
                *words.entry(word).or_default() |= 1 << list;
            }
        }
        words
    })
}

/// A word, and how it is written where there are no accents: `prénom`, `prenom`.
fn both(word: &'static str) -> impl Iterator<Item = Cow<'static, str>> {
    let plain = fold::unaccented(word).map(Cow::Owned);
    std::iter::once(Cow::Borrowed(word)).chain(plain)
}

/// The lists, by their numbers.
const LISTS: [&str; 9] = [
    PART_WORDS,
    WHOLE_WORDS,
    PEOPLE_WORDS,
    THINGS_WORDS,
    NAMES_WORDS,
    MAIL_WORDS,
    ADDRESS_WORDS,
    NOT_POSTAL_WORDS,
    HUMANS_WORDS,
];
const PART: u8 = 0;
const WHOLE: u8 = 1;
const PEOPLE: u8 = 2;
const THINGS: u8 = 3;
const NAMES: u8 = 4;
const MAIL: u8 = 5;
const ADDRESS: u8 = 6;
const NOT_POSTAL: u8 = 7;
const HUMANS: u8 = 8;

fn has(list: u8, word: &str) -> bool {
    words().get(word).is_some_and(|lists| lists >> list & 1 == 1)
}

/// What a label says about its field.
pub(crate) fn kind(label: &str) -> Kind {
    /// Of a long label, so many bytes are looked at: the last ones.
    const MAX_BYTES: usize = 96;
    let floor = label.len().saturating_sub(MAX_BYTES);
    let label = (floor..=label.len()).find_map(|at| label.get(at..)).unwrap_or("");
    let mut parts = parts(label);
    let numbered = parts.iter().any(|part| part == "1");
    parts.retain(|part| {
        let filler = FILLERS.split(' ').any(|word| word == part);
        !filler || has(MAIL, part) && label.len() <= 2
    });
    let Some(last) = parts.last() else { return Kind::Other };
    let pair = parts.len().checked_sub(2).map(|at| format!("{}-{last}", parts[at]));
    let whole = parts.join("-");
    let is_in = |list: u8| {
        has(list, last) || pair.as_deref().is_some_and(|pair| has(list, pair)) || has(list, &whole)
    };
    let before = &parts[..parts.len() - 1];
    let any_before = |list: u8| before.iter().any(|part| has(list, part));
    let of_thing = before.last().is_some_and(|part| has(THINGS, part)) || has(THINGS, &whole);
    if is_in(ADDRESS) && !before.iter().any(|part| has(NOT_POSTAL, part)) {
        return if numbered || !parts.iter().any(|part| part == "2" || part == "3") {
            Kind::Address
        } else {
            Kind::Other
        };
    }
    if parts.len() == 1 && has(MAIL, last) {
        return Kind::Mail;
    }
    if of_thing {
        return Kind::Other;
    }
    if pair.as_deref().is_some_and(|pair| has(WHOLE, pair)) || has(WHOLE, &whole) {
        return Kind::Whole;
    }
    let alone = matches!(whole.as_str(), "first" | "last" | "middle");
    if alone || is_in(PART) {
        return Kind::Part;
    }
    if has(WHOLE, last) {
        return Kind::Whole;
    }
    if has(NAMES, last) {
        return if any_before(THINGS) {
            Kind::Other
        } else if any_before(PEOPLE)
            || any_before(HUMANS)
            || before.iter().any(|part| part.strip_suffix('s').is_some_and(|one| has(PEOPLE, one)))
        {
            Kind::Whole
        } else {
            Kind::Perhaps
        };
    }
    // `Vorname Mutter`, `nomeMae`: whose name it is stands behind.
    if is_in(HUMANS) || is_in(PEOPLE) {
        if any_before(PART) {
            return Kind::Part;
        }
        if any_before(NAMES) {
            return Kind::Whole;
        }
    }
    if is_in(HUMANS) {
        return Kind::Person;
    }
    if is_in(PEOPLE) {
        return Kind::Perhaps;
    }
    joined(label)
}

/// Labels in scripts that write words without spaces.
fn joined(label: &str) -> Kind {
    let ends = |words: &[&str]| words.iter().any(|word| label.trim_end().ends_with(word));
    if ends(&["住所", "地址", "住址", "주소", "거주지"]) {
        Kind::Address
    } else if ends(&["氏名", "姓名", "名前", "이름", "성명", "成名"])
        && !ends(&["会社名", "회사이름", "公司名"])
    {
        Kind::Whole
    } else {
        Kind::Other
    }
}

/// Whether a label says `name` and no more.
pub(crate) fn is_bare(label: &str) -> bool {
    matches!(&parts(label)[..], [only] if has(NAMES, only))
}

/// The words of a label, in lower case.
fn parts(label: &str) -> Vec<String> {
    let (mut parts, mut part) = (Vec::new(), String::new());
    let mut previous = ' ';
    for c in label.chars() {
        let begins = (c.is_uppercase() && previous.is_lowercase())
            || (c.is_numeric() && previous.is_alphabetic());
        if !super::token::is_letter(c) && !c.is_numeric() || begins {
            parts.extend((!part.is_empty()).then(|| std::mem::take(&mut part)));
        }
        if super::token::is_letter(c) || c.is_numeric() {
            part.extend(c.to_lowercase());
        }
        previous = c;
    }
    parts.extend((!part.is_empty()).then_some(part));
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_of_names_are_known_in_all_spellings() {
        for label in [
            "first_name",
            "lastName",
            "Nachname",
            "NOM DE FAMILLE",
            "Prénom",
            "apellido1",
            "user.lastName",
        ] {
            assert_eq!(kind(label), Kind::Part, "{label}");
        }
        for label in [
            "Full name",
            "Ansprechpartner",
            "customer_name",
            "Imię i nazwisko",
            "Nombre y apellidos",
            "氏名",
            "employees.name",
        ] {
            assert_eq!(kind(label), Kind::Whole, "{label}");
        }
        for label in ["name", "Customer", "Kunde", "author", "nome"] {
            assert_eq!(kind(label), Kind::Perhaps, "{label}");
        }
    }

    #[test]
    fn no_label_of_the_lists_is_passed_over() {
        let mut lines = Lines::default();
        for word in LISTS.iter().flat_map(|list| list.split(' ')).filter(|word| !word.is_empty()) {
            let [snake, camel] = [word.replace('-', "_"), format!("row.{word}")];
            for label in [word, &snake, &camel, &format!("{word}1")] {
                assert_eq!(lines.kind(label.as_bytes()), kind(label), "{label}");
            }
        }
    }

    #[test]
    fn labels_of_things_are_none() {
        for label in [
            "product_name",
            "filename",
            "Firmenname",
            "username",
            "customer_id",
            "host.name",
            "status",
            "",
            "1",
        ] {
            assert_eq!(kind(label), Kind::Other, "{label}");
        }
    }

    #[test]
    fn labels_of_addresses_are_postal() {
        for label in
            ["street", "Straße", "billing address", "address.street", "Adresse", "address_line_1"]
        {
            assert_eq!(kind(label), Kind::Address, "{label}");
        }
        for label in ["email address", "ip_address", "MAC-Adresse", "wallet.address"] {
            assert_ne!(kind(label), Kind::Address, "{label}");
        }
    }
}
