//! People: who they are is decided by their number, so that they meet again in other documents.

use crate::countries::{self, Country};
use crate::draft::Value;
use crate::kinds;
use crate::language::{self, Field, Language};
use crate::made::national::{self, Day, Holder};
use crate::made::{money, network};
use crate::random::Random;

/// So many people live in a corpus.
pub const POPULATION: u64 = 200_000;

/// A person with everything that is known of him or her.
#[derive(Debug, Clone)]
pub struct Person {
    /// Where from.
    pub country: &'static Country,
    /// Given name.
    pub given: &'static str,
    /// Family name.
    pub family: &'static str,
    /// Date of birth.
    pub birth: Day,
    /// E-mail address.
    pub email: String,
    /// Street and house.
    pub street: String,
    /// City and postal code.
    pub city: &'static str,
    /// Where he or she works.
    pub employer: &'static str,
    /// As the vendor's customer.
    pub customer: String,
    /// A public address, version 4.
    pub ipv4: String,
    /// A public address, version 6.
    pub ipv6: String,
    /// The hardware address of a device.
    pub mac: String,
    phone: String,
    nationals: Vec<(&'static str, String)>,
    iban: Option<String>,
    card: String,
    passport: Option<String>,
    licence: Option<String>,
}

const EMPLOYERS: &[&str] = &[
    "Northgate Foods",
    "Vogel Maschinenbau",
    "Garnier Conseil",
    "Wattle Clinic",
    "Birch Dental",
    "Protea Logistics",
    "Fujii Seiki",
    "Mehta Textiles",
];

impl Person {
    /// The person of this number under a seed.
    pub fn of(seed: u64, number: u64) -> Self {
        let (country, mut random) = origin(seed, number);
        let random = &mut random;
        let is_female = random.chance(50);
        let sex = usize::from(!is_female);
        let given = random.below(country.given[sex].len() as u64) as usize;
        let family = random.below(country.family.len() as u64) as usize;
        let plain = (country.given_ascii[sex][given], country.family_ascii[family]);
        let birth = Day {
            year: random.between(1945, 2005) as u32,
            month: random.between(1, 12) as u32,
            day: random.between(1, 28) as u32,
        };
        let holder = Holder { birth, is_female, given: plain.0, family: plain.1 };
        let code = country.code;
        Self {
            country,
            given: country.given[sex][given],
            family: country.family[family],
            birth,
            email: email(plain, country, random),
            street: random.pick(country.streets).replace('#', &random.between(1, 180).to_string()),
            city: random.pick(country.cities),
            employer: random.pick(EMPLOYERS),
            customer: format!("C-{}", random.between(100_000, 999_999)),
            ipv4: network::ipv4(random),
            ipv6: network::ipv6(random),
            mac: network::mac(random),
            phone: phone(country, random),
            nationals: national::kinds_of(code)
                .iter()
                .map(|kind| (*kind, national::number(kind, holder, random)))
                .collect(),
            iban: (!country.bban.is_empty())
                .then(|| money::iban(code, country.bban, country.banks, random)),
            card: money::card(random),
            passport: national::passport(code, random),
            licence: national::licence(code, holder, random),
        }
    }

    /// Any person.
    pub fn any(seed: u64, random: &mut Random) -> Self {
        Self::of(seed, random.below(POPULATION))
    }

    /// Any person of a country.
    pub fn from_country(seed: u64, code: &str, random: &mut Random) -> Self {
        loop {
            let number = random.below(POPULATION);
            if origin(seed, number).0.code == code {
                return Self::of(seed, number);
            }
        }
    }

    /// Given and family name, in the order of the country.
    pub fn name(&self) -> String {
        match self.country.code {
            "CN" | "KR" => format!("{}{}", self.family, self.given),
            "JP" => format!("{} {}", self.family, self.given),
            _ => format!("{} {}", self.given, self.family),
        }
    }

    /// The language that he or she writes.
    pub fn language(&self) -> &'static Language {
        language::of(self.country.language)
    }

    /// All fields that this person has.
    pub fn fields(&self) -> Vec<Field> {
        let mut fields = vec![Field::Email, Field::Phone, Field::Birth, Field::Card];
        fields.extend(self.iban.is_some().then_some(Field::Iban));
        fields.extend(self.passport.is_some().then_some(Field::Passport));
        fields.extend(self.licence.is_some().then_some(Field::Licence));
        fields.extend(self.nationals.iter().map(|(kind, _)| Field::National(kind)));
        fields
    }

    /// The value of a field, written one of the ways in which people write it.
    pub fn value(&self, field: Field, random: &mut Random) -> Option<Value> {
        let (kind, text) = match field {
            Field::Email => (kinds::EMAIL, self.email.clone()),
            Field::Phone => (kinds::PHONE, self.phone_written(random)),
            Field::Birth => (kinds::BIRTH, self.birth_written(random)),
            Field::Iban => (kinds::IBAN, money::iban_written(self.iban.as_ref()?, random)),
            Field::Card => (kinds::CARD, money::card_written(&self.card, random)),
            Field::Passport => (kinds::PASSPORT, self.passport.clone()?),
            Field::Licence => (kinds::LICENCE, self.licence.clone()?),
            Field::National(kind) => {
                let (kind, number) = self.nationals.iter().find(|(k, _)| *k == kind)?;
                (*kind, national::shaped(random.pick(national::forms(kind)), number))
            }
        };
        let own = match field {
            Field::Passport => kinds::passport_of(self.country.code),
            Field::Licence => kinds::licence_of(self.country.code),
            _ => &[],
        };
        Some(Value::found(kind, text).or(own))
    }

    /// The value with a wrong check, where the type has one that tells.
    pub fn near_miss(&self, field: Field, random: &mut Random) -> Option<Value> {
        let (kind, text) = match field {
            Field::Iban => {
                (kinds::IBAN, money::iban_written(&money::iban_broken(self.iban.as_ref()?), random))
            }
            Field::Card => {
                let (head, last) = self.card.split_at(self.card.len() - 1);
                let wrong = (last.parse::<u32>().unwrap_or(0) + 3) % 10;
                (kinds::CARD, money::card_written(&format!("{head}{wrong}"), random))
            }
            Field::National(kind) => {
                let (kind, number) = self.nationals.iter().find(|(k, _)| *k == kind)?;
                let broken = national::broken(kind, number)?;
                (*kind, national::shaped(random.pick(national::forms(kind)), &broken))
            }
            _ => return None,
        };
        Some(Value::absent(kind, text))
    }

    fn phone_written(&self, random: &mut Random) -> String {
        let world = random.chance(60);
        let forms = if world { self.country.phone_world } else { self.country.phone_home };
        national::shaped(random.pick(forms), &self.phone)
    }

    fn birth_written(&self, random: &mut Random) -> String {
        day_written(self.birth, random.pick(self.country.dates), self.language())
    }
}

/// The country of a person, and the stream that all else of him or her is drawn from.
fn origin(seed: u64, number: u64) -> (&'static Country, Random) {
    let mut random = Random::new(seed ^ 0x70_65_72_73_6f_6e, number);
    (random.choose(countries::ALL), random)
}

/// A day in a form: `Y`, `M`, `D` with zeros, `m`, `d` without, `N` the month by its name.
pub fn day_written(day: Day, form: &str, language: &Language) -> String {
    let mut text = String::new();
    for c in form.chars() {
        match c {
            'Y' => text.push_str(&day.year.to_string()),
            'M' => text.push_str(&format!("{:02}", day.month)),
            'D' => text.push_str(&format!("{:02}", day.day)),
            'm' => text.push_str(&day.month.to_string()),
            'd' if form.contains("de N") && text.ends_with(' ') => text.push('d'),
            'd' => text.push_str(&day.day.to_string()),
            'N' => text.push_str(language.months[day.month as usize - 1]),
            c => text.push(c),
        }
    }
    text
}

fn email((given, family): (&str, &str), country: &Country, random: &mut Random) -> String {
    let (given, family) = (given.to_lowercase(), family.to_lowercase());
    let domain = random.pick(country.domains);
    let initial = given.chars().next().unwrap_or('x');
    match random.below(5) {
        0 => format!("{given}.{family}@{domain}"),
        1 => format!("{initial}.{family}@{domain}"),
        2 => format!("{given}_{family}{}@{domain}", random.between(1, 99)),
        3 => format!("{given}{}@{domain}", random.between(1950, 2010)),
        _ => format!("{given}.{family}+news@{domain}"),
    }
}

fn phone(country: &Country, random: &mut Random) -> String {
    let head = random.pick(country.phone_heads);
    let rest = country.phone_length - head.len();
    // Second parts of American numbers begin with 2 to 9, and 555 belongs to the films.
    let first = random.choose(&[2, 3, 4, 6, 7, 8]);
    let second = random.between(2, 9);
    format!("{head}{first}{second}{}", random.digits(rest - 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_is_the_same_wherever_met() {
        let (a, b) = (Person::of(1, 42), Person::of(1, 42));
        assert_eq!((a.name(), &a.email, a.birth), (b.name(), &b.email, b.birth));
        assert_ne!(Person::of(2, 42).email, String::new());
    }

    #[test]
    fn days_are_written_as_the_country_writes_them() {
        let day = Day { year: 1987, month: 3, day: 2 };
        assert_eq!(day_written(day, "d de N de Y", language::of("es")), "2 de marzo de 1987");
        assert_eq!(day_written(day, "N d, Y", language::of("en")), "March 2, 1987");
        assert_eq!(day_written(day, "Y年m月d日", language::of("ja")), "1987年3月2日");
        assert_eq!(day_written(day, "D.M.Y", language::of("de")), "02.03.1987");
    }

    #[test]
    fn near_misses_differ_from_the_value() {
        let random = &mut Random::new(9, 9);
        for number in 0..300 {
            let person = Person::of(9, number);
            for field in person.fields() {
                let bare = |text: String| text.replace([' ', '-', '.', '/'], "");
                let value = person.value(field, random).unwrap();
                if let Some(miss) = person.near_miss(field, random) {
                    assert_ne!(bare(miss.text), bare(value.text), "{field:?}");
                }
            }
        }
    }
}
