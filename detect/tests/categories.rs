//! Special categories in texts as people write them: what is said of a person is found, and a topic
//! that is only spoken of is not. All of it is made up.

use std::sync::{Arc, OnceLock};

use trawl_detect::{Engine, Rules, Scene};
use trawl_model::Piece;

fn engine() -> &'static Engine {
    static ENGINE: OnceLock<Engine> = OnceLock::new();
    ENGINE.get_or_init(|| {
        let rules = Rules::built_in().unwrap_or_else(|e| panic!("{e}"));
        Engine::compile(&rules).unwrap_or_else(|e| panic!("{e}"))
    })
}

/// What of the categories is found, as `health: asthma`.
fn found(text: &str) -> Vec<String> {
    let engine = engine();
    let piece = Piece::plain(text.as_bytes().to_vec(), 0, None, Arc::from([]));
    let mut detections = Vec::new();
    engine.detect(&piece, &Scene::default(), &mut engine.scratch(), &mut detections);
    detections
        .iter()
        .filter_map(|d| {
            let kind = engine.rule(d).type_id.as_str().strip_prefix("category.")?.to_owned();
            Some(format!("{kind}: {}", &text[d.span.clone()]))
        })
        .collect()
}

#[track_caller]
fn finds(text: &str, expected: &[&str]) {
    assert_eq!(found(text), expected, "in:\n{text}");
}

#[test]
fn english_letters_and_chats() {
    finds(
        "Dear Dr Moss, thank you for seeing this 54 year old man with a background of COPD and type 2 \
         diabetes. He was admitted with pneumonia in May.",
        &["health: COPD", "health: type 2 diabetes", "health: pneumonia"],
    );
    finds(
        "The defendant, Mr Cole, pleaded guilty to possession with intent to supply.",
        &["criminal: possession with intent to supply"],
    );
    finds("hey, my brother is an alcoholic as you know", &["health: alcoholic"]);
}

#[test]
fn german_french_and_spanish_letters() {
    finds(
        "Mein Sohn Leon leidet seit der Geburt an Epilepsie. Kollege Wagner ist seit 2010 Mitglied der \
         SPD. Der Beschuldigte ist bereits wegen Diebstahls verurteilt.",
        &["health: Epilepsie", "politics: SPD", "criminal: Diebstahls"],
    );
    finds(
        "Madame Lefèvre, suivie pour un cancer du sein depuis 2018. Elle est adhérente à la CFDT.",
        &["health: cancer du sein", "union: CFDT"],
    );
    finds(
        "La señora Gómez padece fibromialgia. Su hijo es gay; ella está afiliada a CCOO.",
        &["health: fibromialgia", "orientation: gay", "union: CCOO"],
    );
}

#[test]
fn portuguese_italian_dutch_polish_and_hindi_letters() {
    finds("A dona Teresa sofre de hipertensão.", &["health: hipertensão"]);
    finds("La signora Bianchi è testimone di Geova.", &["religion: testimone di Geova"]);
    finds(
        "Mijn buurman heeft kanker. Hij is lid van de VVD.",
        &["health: kanker", "politics: VVD"],
    );
    finds(
        "Pani Kowalska choruje na nadciśnienie. Jej mąż jest ateistą.",
        &["health: nadciśnienie", "religion: ateistą"],
    );
    finds("श्री राजेश कुमार को मधुमेह है।", &["health: मधुमेह"]);
}

#[test]
fn a_form_names_what_its_lines_hold() {
    finds(
        "Name: Ann Gray\nDOB: 04/05/1971\nReligion: Church of England\nEthnicity: White British\n\
         Trade union: GMB\nDisability: Dyslexia\nDiagnosis: recurrent pelvic pain\n",
        &[
            "religion: Church of England",
            "ethnicity: White British",
            "union: GMB",
            "health: Dyslexia",
            "health: recurrent pelvic pain",
        ],
    );
}

#[test]
fn topics_are_not_found() {
    for text in [
        "Depression is one of the most common mental disorders. More than 280 million people \
         worldwide have depression; women are affected more often than men.",
        "The Labour Party and the Conservatives clashed over the budget. A spokesman for Unite said \
         members would strike on Friday. In the election the Greens won three seats.",
        "St Mary's Catholic Church. Mass times: Sunday 9.00, 11.00. The Jewish Museum opens at ten; \
         its exhibition on Islam closes in May.",
        "Our pharmacy offers vaccination against influenza and advice on diabetes, asthma and \
         allergies. Ask your doctor.",
        "Die Grünen und die SPD einigten sich auf einen Haushalt. Die Gewerkschaft ver.di ruft zum \
         Streik auf. Die katholische Kirche am Markt wird saniert.",
        "Wer eine fremde bewegliche Sache wegnimmt, wird wegen Diebstahls mit Freiheitsstrafe bis zu \
         fünf Jahren bestraft.",
        "Le diabète touche quatre millions de personnes en France. La CGT appelle à la grève.",
        "El PSOE y el PP pactan la ley. La diabetes tipo 2 se puede prevenir.",
        "La CGIL annuncia uno sciopero. Il diabete di tipo 2 colpisce milioni di persone.",
        "De FNV kondigt stakingen aan. Longkanker komt vaak voor bij rokers.",
        "Prawo i Sprawiedliwość wygrało wybory. Cukrzyca dotyka miliony Polaków.",
        "enum Diagnosis { Depression, Anxiety, Schizophrenia }\nunion { int i; float f; } u;",
        "//! Rendering, by the author.\nuse crate::diagnostic::{LabelStyle, Severity};\n\
         let found: Vec<Diagnostic> = all.map_err(Diagnostics::from)?;\n\
         Err(diagnostics) => return Some(Err(diagnostics)),\n\
         fn told(diagnostic: &Diagnostic<F::FileId>, person: &Person) -> String;",
        "There is a race condition; orientation: landscape; the Party struct; a blind write.",
    ] {
        finds(text, &[]);
    }
}
