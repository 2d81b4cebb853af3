//! The countries that people come from: their names, streets, cities and ways of writing.

/// What the languages have in common stands in [`crate::language`].
#[derive(Debug)]
pub struct Country {
    /// ISO 3166-1.
    pub code: &'static str,
    /// Its language, as [`crate::language::of`] knows it.
    pub language: &'static str,
    /// Invented but plausible given names: women, then men.
    pub given: [&'static [&'static str]; 2],
    /// The same in plain ASCII, for addresses of mail.
    pub given_ascii: [&'static [&'static str]; 2],
    /// Family names.
    pub family: &'static [&'static str],
    /// The same in plain ASCII.
    pub family_ascii: &'static [&'static str],
    /// Streets; `#` is the number of the house.
    pub streets: &'static [&'static str],
    /// Cities with their postal codes.
    pub cities: &'static [&'static str],
    /// Beginnings of mobile (or area) numbers that are given out, without the trunk digit.
    pub phone_heads: &'static [&'static str],
    /// Digits of a number without the trunk digit.
    pub phone_length: usize,
    /// Ways to write it for the world; `#` is the next digit.
    pub phone_world: &'static [&'static str],
    /// Ways to write it at home.
    pub phone_home: &'static [&'static str],
    /// Ways to write a date: `Y`, `M`, `D` with zeros, `m`, `d` without, `N` the month by name.
    pub dates: &'static [&'static str],
    /// Domains of employers and of mail.
    pub domains: &'static [&'static str],
    /// Shape of an IBAN's BBAN: `9` digit, `A` letter, `X` either; empty where there are none.
    pub bban: &'static str,
    /// Bank codes with which a BBAN begins.
    pub banks: &'static [&'static str],
}

/// All countries.
pub const ALL: &[Country] = &[US, GB, DE, FR, ES, IT, NL, PL, SE, BR, IN, AU, CA, CN, KR, JP, ZA];

const WORLD_DOMAINS: &[&str] = &["gmail.com", "outlook.com", "yahoo.com", "icloud.com"];
const ENGLISH_GIVEN: [&[&str]; 2] = [
    &["Alice", "Megan", "Hannah", "Olivia", "Grace", "Ruth", "Laura", "Naomi", "Sarah", "Ellen"],
    &["Oliver", "James", "Henry", "Samuel", "Daniel", "Thomas", "Adam", "Victor", "Simon", "Peter"],
];
const ENGLISH_FAMILY: &[&str] = &[
    "Hartwell",
    "Brooks",
    "Mercer",
    "Langley",
    "Whitfield",
    "Carver",
    "Dunmore",
    "Ashby",
    "Kendall",
    "Ellison",
    "Radford",
    "Thackeray",
];
const HASH_DATES: &[&str] = &["D/M/Y", "d N Y", "Y-M-D"];

const US: Country = Country {
    code: "US",
    language: "en",
    given: ENGLISH_GIVEN,
    given_ascii: ENGLISH_GIVEN,
    family: ENGLISH_FAMILY,
    family_ascii: ENGLISH_FAMILY,
    streets: &["# Maple Street", "# Oak Avenue", "# Lincoln Road", "# Sunset Drive"],
    cities: &[
        "Springfield, IL 62701",
        "Portland, OR 97205",
        "Austin, TX 78701",
        "Boston, MA 02108",
    ],
    phone_heads: &["212", "312", "415", "206", "303", "404", "617", "713", "512", "503"],
    phone_length: 10,
    phone_world: &["+1 ###-###-####", "+1 (###) ###-####", "+1 ### ### ####", "+1##########"],
    phone_home: &["(###) ###-####", "###-###-####", "###.###.####", "1-###-###-####"],
    dates: &["M/D/Y", "N d, Y", "Y-M-D"],
    domains: WORLD_DOMAINS,
    bban: "",
    banks: &[],
};

const GB: Country = Country {
    code: "GB",
    language: "en",
    streets: &["# High Street", "# Church Lane", "# Station Road", "# Mill Close"],
    cities: &["London SW1A 2AA", "Leeds LS1 4AP", "Bristol BS1 5TR", "York YO1 7HH"],
    phone_heads: &["7400", "7512", "7700", "7812", "7911", "7954"],
    phone_length: 10,
    phone_world: &["+44 #### ######", "+44 (0)#### ######", "+44 #### ### ###", "+44##########"],
    phone_home: &["0#### ######", "0#### ### ###", "0##########"],
    dates: HASH_DATES,
    domains: &["hartwell.co.uk", "northgate-foods.co.uk", "outlook.com", "btinternet.com"],
    bban: "AAAA99999999999999",
    banks: &["NWBK", "BARC", "LOYD", "MIDL"],
    ..US
};

const DE: Country = Country {
    code: "DE",
    language: "de",
    given: [
        &["Anna", "Jürgena", "Käthe", "Lena", "Sabine", "Ute", "Marlene", "Birgit"],
        &["Jürgen", "Björn", "Stefan", "Uwe", "Lukas", "Götz", "Matthias", "Dirk"],
    ],
    given_ascii: [
        &["anna", "juergena", "kaethe", "lena", "sabine", "ute", "marlene", "birgit"],
        &["juergen", "bjoern", "stefan", "uwe", "lukas", "goetz", "matthias", "dirk"],
    ],
    family: &["Müller", "Schäfer", "Vogel", "Brandt", "Köhler", "Weiß", "Lindner", "Seidel"],
    family_ascii: &[
        "mueller", "schaefer", "vogel", "brandt", "koehler", "weiss", "lindner", "seidel",
    ],
    streets: &["Hauptstraße #", "Gartenweg #", "Bahnhofstraße #", "Mühlenweg #"],
    cities: &["10115 Berlin", "80331 München", "50667 Köln", "04109 Leipzig"],
    phone_heads: &["151", "160", "170", "172", "175", "176", "157"],
    phone_length: 11,
    phone_world: &[
        "+49 ### ########",
        "+49 (0)### ########",
        "+49 ### #### ####",
        "0049 ### ########",
    ],
    phone_home: &["0### ########", "0###/########", "0### #### ####"],
    dates: &["D.M.Y", "d. N Y", "Y-M-D"],
    domains: &["web.de", "gmx.de", "t-online.de", "vogel-maschinenbau.de"],
    bban: "999999999999999999",
    banks: &["10010010", "37040044", "50010517", "70051995"],
};

const FR: Country = Country {
    code: "FR",
    language: "fr",
    given: [
        &["Amélie", "Chloé", "Hélène", "Camille", "Margaux", "Solène"],
        &["Étienne", "Rémi", "Julien", "Mathieu", "Gérard", "Loïc"],
    ],
    given_ascii: [
        &["amelie", "chloe", "helene", "camille", "margaux", "solene"],
        &["etienne", "remi", "julien", "mathieu", "gerard", "loic"],
    ],
    family: &["Lefèvre", "Moreau", "Garnier", "Rousseau", "Bérard", "Chevalier"],
    family_ascii: &["lefevre", "moreau", "garnier", "rousseau", "berard", "chevalier"],
    streets: &["# rue des Écoles", "# avenue Victor-Hugo", "# place du Marché"],
    cities: &["75005 Paris", "69002 Lyon", "33000 Bordeaux", "59800 Lille"],
    phone_heads: &["6", "7"],
    phone_length: 9,
    phone_world: &["+33 # ## ## ## ##", "+33 (0)# ## ## ## ##", "+33#########"],
    phone_home: &["0# ## ## ## ##", "0#.##.##.##.##", "0#########"],
    dates: &["D/M/Y", "d N Y", "Y-M-D"],
    domains: &["orange.fr", "free.fr", "laposte.net", "garnier-conseil.fr"],
    bban: "9999999999XXXXXXXXXXX99",
    banks: &["20041", "30004", "10278", "30003"],
};

const ES: Country = Country {
    code: "ES",
    language: "es",
    given: [&["Lucía", "Begoña", "Carmen", "Inés"], &["Álvaro", "Íñigo", "Javier", "Pablo"]],
    given_ascii: [&["lucia", "begona", "carmen", "ines"], &["alvaro", "inigo", "javier", "pablo"]],
    family: &["García", "Muñoz", "Ortega", "Ibáñez", "Vidal", "Serrano"],
    family_ascii: &["garcia", "munoz", "ortega", "ibanez", "vidal", "serrano"],
    streets: &["Calle Mayor, #", "Avenida de la Constitución, #", "Plaza de España, #"],
    cities: &["28013 Madrid", "08002 Barcelona", "41001 Sevilla", "46002 Valencia"],
    phone_heads: &["612", "622", "634", "645", "656", "667", "699"],
    phone_length: 9,
    phone_world: &["+34 ### ### ###", "+34 ### ## ## ##", "+34#########"],
    phone_home: &["### ### ###", "### ## ## ##", "#########"],
    dates: &["D/M/Y", "d de N de Y", "Y-M-D"],
    domains: &["telefonica.net", "hotmail.es", "vidal-asesores.es"],
    bban: "99999999999999999999",
    banks: &["2100", "0049", "0182", "2080"],
};

const IT: Country = Country {
    code: "IT",
    language: "it",
    given: [&["Giulia", "Chiara", "Elena", "Noemi"], &["Marco", "Niccolò", "Luca", "Davide"]],
    given_ascii: [&["giulia", "chiara", "elena", "noemi"], &["marco", "niccolo", "luca", "davide"]],
    family: &["Rossi", "Ferraro", "Lombardi", "Conti", "Marchetti", "Bellini"],
    family_ascii: &["rossi", "ferraro", "lombardi", "conti", "marchetti", "bellini"],
    streets: &["Via Roma, #", "Corso Italia, #", "Piazza della Libertà, #"],
    cities: &["00184 Roma", "20121 Milano", "50122 Firenze", "80133 Napoli"],
    phone_heads: &["320", "328", "333", "340", "347", "349", "392"],
    phone_length: 10,
    phone_world: &["+39 ### #######", "+39 ### ### ####", "+39##########"],
    phone_home: &["### #######", "### ### ####", "##########"],
    dates: &["D/M/Y", "d N Y", "Y-M-D"],
    domains: &["libero.it", "tiscali.it", "studio-conti.it"],
    bban: "A9999999999XXXXXXXXXXXX",
    banks: &["A05428", "A03069", "A02008"],
};

const NL: Country = Country {
    code: "NL",
    language: "nl",
    given: [&["Sanne", "Femke", "Anouk", "Lotte"], &["Daan", "Jeroen", "Sjoerd", "Ruben"]],
    given_ascii: [&["sanne", "femke", "anouk", "lotte"], &["daan", "jeroen", "sjoerd", "ruben"]],
    family: &["Visser", "Bakker", "Dijkstra", "Mulder", "Hoekstra"],
    family_ascii: &["visser", "bakker", "dijkstra", "mulder", "hoekstra"],
    streets: &["Dorpsstraat #", "Kerkweg #", "Molenlaan #"],
    cities: &["1012 JS Amsterdam", "3511 LN Utrecht", "9712 CP Groningen"],
    phone_heads: &["61", "62", "64", "65"],
    phone_length: 9,
    phone_world: &["+31 # ########", "+31 # #### ####", "+31#########"],
    phone_home: &["0#-########", "0# #### ####", "0#########"],
    dates: &["D-M-Y", "d N Y", "Y-M-D"],
    domains: &["ziggo.nl", "kpnmail.nl", "bakker-transport.nl"],
    bban: "AAAA9999999999",
    banks: &["ABNA", "INGB", "RABO", "TRIO"],
};

const PL: Country = Country {
    code: "PL",
    language: "pl",
    given: [
        &["Agnieszka", "Małgorzata", "Zofia", "Kasia"],
        &["Łukasz", "Paweł", "Michał", "Grzegorz"],
    ],
    given_ascii: [
        &["agnieszka", "malgorzata", "zofia", "kasia"],
        &["lukasz", "pawel", "michal", "grzegorz"],
    ],
    family: &["Wiśniewski", "Dąbrowska", "Zieliński", "Woźniak", "Lis"],
    family_ascii: &["wisniewski", "dabrowska", "zielinski", "wozniak", "lis"],
    streets: &["ul. Polna #", "ul. Ogrodowa #", "al. Róż #"],
    cities: &["00-950 Warszawa", "31-042 Kraków", "80-831 Gdańsk"],
    phone_heads: &["501", "512", "601", "605", "662", "790"],
    phone_length: 9,
    phone_world: &["+48 ### ### ###", "+48#########"],
    phone_home: &["### ### ###", "###-###-###"],
    dates: &["D.M.Y", "d N Y", "Y-M-D"],
    domains: &["wp.pl", "onet.pl", "wozniak-budowa.pl"],
    bban: "999999999999999999999999",
    banks: &["10901014", "10201026", "11402004"],
};

const SE: Country = Country {
    code: "SE",
    language: "sv",
    given: [&["Åsa", "Linnéa", "Karin", "Maja"], &["Göran", "Björn", "Erik", "Nils"]],
    given_ascii: [&["asa", "linnea", "karin", "maja"], &["goran", "bjorn", "erik", "nils"]],
    family: &["Lindqvist", "Sjöberg", "Nyström", "Åkesson", "Berg"],
    family_ascii: &["lindqvist", "sjoberg", "nystrom", "akesson", "berg"],
    streets: &["Storgatan #", "Björkvägen #", "Kyrkogatan #"],
    cities: &["111 29 Stockholm", "411 06 Göteborg", "211 22 Malmö"],
    phone_heads: &["70", "72", "73", "76"],
    phone_length: 9,
    phone_world: &["+46 ## ### ## ##", "+46 (0)## ### ## ##", "+46#########"],
    phone_home: &["0##-### ## ##", "0## ### ## ##", "0#########"],
    dates: &["Y-M-D", "d N Y"],
    domains: &["telia.com", "bredband.net", "nystrom-bygg.se"],
    bban: "99999999999999999999",
    banks: &["500", "600", "800"],
};

const BR: Country = Country {
    code: "BR",
    language: "pt",
    given: [&["Júlia", "Conceição", "Larissa", "Beatriz"], &["João", "Thiago", "Fábio", "Caio"]],
    given_ascii: [
        &["julia", "conceicao", "larissa", "beatriz"],
        &["joao", "thiago", "fabio", "caio"],
    ],
    family: &["Araújo", "Magalhães", "Teixeira", "Barros", "Siqueira"],
    family_ascii: &["araujo", "magalhaes", "teixeira", "barros", "siqueira"],
    streets: &["Rua das Flores, #", "Avenida Paulista, #", "Travessa São José, #"],
    cities: &["01310-100 São Paulo", "20040-002 Rio de Janeiro", "40020-000 Salvador"],
    phone_heads: &["119", "219", "319", "719"],
    phone_length: 11,
    phone_world: &["+55 ## #####-####", "+55 (##) #####-####", "+55###########"],
    phone_home: &["(##) #####-####", "## #####-####"],
    dates: &["D/M/Y", "d de N de Y", "Y-M-D"],
    domains: &["uol.com.br", "terra.com.br", "barros-advogados.com.br"],
    bban: "99999999999999999999999AX",
    banks: &["00360305", "60746948", "60701190"],
};

const IN: Country = Country {
    code: "IN",
    language: "en",
    given: [&["Priya", "Ananya", "Kavita", "Meera"], &["Rahul", "Arjun", "Vikram", "Sanjay"]],
    given_ascii: [&["priya", "ananya", "kavita", "meera"], &["rahul", "arjun", "vikram", "sanjay"]],
    family: &["Sharma", "Iyer", "Chatterjee", "Reddy", "Mehta"],
    family_ascii: &["sharma", "iyer", "chatterjee", "reddy", "mehta"],
    streets: &["# MG Road", "# Park Street", "# Nehru Nagar"],
    cities: &["Bengaluru 560001", "Mumbai 400001", "New Delhi 110001"],
    phone_heads: &["98", "97", "99", "88", "70"],
    phone_length: 10,
    phone_world: &["+91 ##### #####", "+91-##########", "+91##########"],
    phone_home: &["##### #####", "##########", "0##########"],
    dates: HASH_DATES,
    domains: &["rediffmail.com", "gmail.com", "mehta-textiles.in"],
    ..US
};

const AU: Country = Country {
    code: "AU",
    language: "en",
    streets: &["# George Street", "# Wattle Court", "# Harbour Parade"],
    cities: &["Sydney NSW 2000", "Melbourne VIC 3000", "Perth WA 6000"],
    phone_heads: &["412", "421", "438", "402", "466"],
    phone_length: 9,
    phone_world: &["+61 ### ### ###", "+61 (0)### ### ###", "+61#########"],
    phone_home: &["0### ### ###", "0#########"],
    dates: HASH_DATES,
    domains: &["bigpond.com", "optusnet.com.au", "wattle-clinic.com.au"],
    ..US
};

const CA: Country = Country {
    code: "CA",
    language: "en",
    streets: &["# King Street West", "# Birch Crescent", "# Lakeshore Road"],
    cities: &["Toronto, ON M5H 1A1", "Vancouver, BC V6C 1T2", "Calgary, AB T2P 1J9"],
    phone_heads: &["416", "604", "514", "403", "613"],
    dates: &["Y-M-D", "N d, Y"],
    domains: &["sympatico.ca", "shaw.ca", "birch-dental.ca"],
    ..US
};

const CN: Country = Country {
    code: "CN",
    language: "zh",
    given: [&["婷婷", "晓雯", "丽华", "梦琪"], &["志强", "浩然", "建国", "子轩"]],
    given_ascii: [
        &["tingting", "xiaowen", "lihua", "mengqi"],
        &["zhiqiang", "haoran", "jianguo", "zixuan"],
    ],
    family: &["王", "陈", "刘", "赵", "周"],
    family_ascii: &["wang", "chen", "liu", "zhao", "zhou"],
    streets: &["人民路#号", "中山东路#号", "建设大街#号"],
    cities: &["北京市 100010", "上海市 200001", "广州市 510030"],
    phone_heads: &["138", "139", "150", "186", "177"],
    phone_length: 11,
    phone_world: &["+86 ### #### ####", "+86 ###########"],
    phone_home: &["### #### ####", "###########", "###-####-####"],
    dates: &["Y-M-D", "Y年m月d日"],
    domains: &["qq.com", "163.com", "huaxin-keji.cn"],
    ..US
};

const KR: Country = Country {
    code: "KR",
    language: "ko",
    given: [&["지우", "수빈", "은정", "하은"], &["민준", "현우", "성호", "도윤"]],
    given_ascii: [
        &["jiwoo", "subin", "eunjung", "haeun"],
        &["minjun", "hyunwoo", "sungho", "doyoon"],
    ],
    family: &["김", "박", "최", "정", "윤"],
    family_ascii: &["kim", "park", "choi", "jung", "yoon"],
    streets: &["세종대로 #", "강남대로 #", "해운대로 #"],
    cities: &["04524 서울특별시", "48094 부산광역시", "41911 대구광역시"],
    phone_heads: &["10"],
    phone_length: 10,
    phone_world: &["+82 ##-####-####", "+82 ## #### ####", "+82##########"],
    phone_home: &["0##-####-####", "0## #### ####"],
    dates: &["Y-M-D", "Y년 m월 d일"],
    domains: &["naver.com", "daum.net", "hansol-pharm.co.kr"],
    ..US
};

const JP: Country = Country {
    code: "JP",
    language: "ja",
    given: [&["陽子", "美咲", "千尋", "由美"], &["健太", "大輔", "直樹", "拓也"]],
    given_ascii: [&["yoko", "misaki", "chihiro", "yumi"], &["kenta", "daisuke", "naoki", "takuya"]],
    family: &["田中", "山本", "小林", "松田", "藤井"],
    family_ascii: &["tanaka", "yamamoto", "kobayashi", "matsuda", "fujii"],
    streets: &["中央区銀座#丁目", "本町#番地", "桜台#丁目"],
    cities: &["〒100-0001 東京都", "〒530-0001 大阪市", "〒060-0001 札幌市"],
    phone_heads: &["90", "80", "70"],
    phone_length: 10,
    phone_world: &["+81 ##-####-####", "+81 ## #### ####", "+81##########"],
    phone_home: &["0##-####-####", "0##########"],
    dates: &["Y-M-D", "Y年m月d日", "Y/M/D"],
    domains: &["docomo.ne.jp", "yahoo.co.jp", "fujii-seiki.co.jp"],
    ..US
};

const ZA: Country = Country {
    code: "ZA",
    language: "en",
    given: [&["Lerato", "Thandi", "Ilse", "Nomsa"], &["Sipho", "Pieter", "Thabo", "Johan"]],
    given_ascii: [&["lerato", "thandi", "ilse", "nomsa"], &["sipho", "pieter", "thabo", "johan"]],
    family: &["Nkosi", "Botha", "Dlamini", "Naidoo", "Venter"],
    family_ascii: &["nkosi", "botha", "dlamini", "naidoo", "venter"],
    streets: &["# Long Street", "# Protea Avenue", "# Jan Smuts Drive"],
    cities: &["Cape Town 8001", "Durban 4001", "Pretoria 0002"],
    phone_heads: &["82", "83", "72", "74"],
    phone_length: 9,
    phone_world: &["+27 ## ### ####", "+27 (0)## ### ####", "+27#########"],
    phone_home: &["0## ### ####", "0#########"],
    dates: HASH_DATES,
    domains: &["telkomsa.net", "mweb.co.za", "protea-logistics.co.za"],
    ..US
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_of_writing_a_phone_takes_all_its_digits() {
        for country in ALL {
            for form in country.phone_world.iter().chain(country.phone_home) {
                let places = form.matches('#').count();
                assert_eq!(places, country.phone_length, "{} {form}", country.code);
            }
        }
    }

    #[test]
    fn every_name_has_its_plain_form() {
        for country in ALL {
            assert_eq!(country.family.len(), country.family_ascii.len(), "{}", country.code);
            for (names, plain) in country.given.iter().zip(country.given_ascii) {
                assert_eq!(names.len(), plain.len(), "{}", country.code);
            }
        }
    }
}
