//! Who asks, and whether he may: a key with each request, and a right with each route.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::{FromRequestParts, MatchedPath, Request, State};
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::Response;
use trawl_model::KeyId;
use trawl_storage::records::Right;

use super::Shared;
use super::problem::{Code, Refusal};
use crate::audit;
use crate::forward::Forwarded;
use crate::keys::{Presented, Secret};

/// The header in which a request may name the tenant that it is for.
const TENANT: &str = "trawl-tenant";

/// Who asks.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    /// As the audit record names him.
    pub(crate) actor: Arc<str>,
    /// As his key is called.
    name: Arc<str>,
    /// The id of his key.
    pub(crate) key: KeyId,
    rights: Arc<[Right]>,
}

impl Caller {
    /// Whether he has this right.
    pub(crate) fn can(&self, right: Right) -> bool {
        self.rights.iter().any(|has| has.includes(right))
    }

    /// Refuses who hasn't.
    pub(crate) fn must(&self, right: Right) -> Result<(), Refusal> {
        if self.can(right) {
            return Ok(());
        }
        let has: Vec<&str> = self.rights.iter().map(|right| right.name()).collect();
        let detail =
            format!("this needs the right {:?}; the key has {}", right.name(), has.join(", "));
        Err(Refusal::new(Code::MayNot, detail))
    }
}

impl FromRequestParts<Shared> for Caller {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &Shared) -> Result<Self, Refusal> {
        parts.extensions.get::<Self>().cloned().ok_or_else(|| Code::NoKey.into())
    }
}

/// The key of this machine's command line: made anew at each start, and kept in a file that only
/// the node's own user can read.
pub(crate) struct LocalKey {
    hash: [u8; 32],
    caller: Caller,
}

impl LocalKey {
    /// One of this id and secret.
    pub(crate) fn of(id: KeyId, secret: &Secret) -> Self {
        let actor: Arc<str> = audit::local_user().into();
        let name = Arc::clone(&actor);
        let caller = Caller { actor, name, key: id, rights: Arc::from([Right::Admin]) };
        Self { hash: secret.hash(), caller }
    }

    /// Whether it is this one that somebody has.
    pub(super) fn is_of(&self, caller: &Caller) -> bool {
        self.caller.key == caller.key
    }
}

/// Lets a request to a route with a right pass only with a key that has it.
pub(crate) async fn authenticate(
    State(api): State<Shared>,
    mut request: Request,
    next: Next,
) -> Result<Response, Refusal> {
    let path = request.extensions().get::<MatchedPath>().map(|path| path.as_str());
    // What is no route is told so, whoever asks; the document of the API names them all anyway.
    let Some(path) = path else { return Ok(next.run(request).await) };
    let Some(right) = api.rights().of(request.method(), path) else {
        return Ok(next.run(request).await);
    };
    let caller = match of_another_node(request.extensions()) {
        Some(caller) => caller,
        None => identify(&api, request.headers()).await?,
    };
    caller.must(right)?;
    let span = tracing::Span::current();
    tracing::record_all!(span, client_id = %caller.key, client = &*caller.name);
    request.extensions_mut().insert(caller);
    Ok(next.run(request).await)
}

/// Somebody at the command line of another node, which says so.
fn of_another_node(extensions: &Extensions) -> Option<Caller> {
    let Forwarded { node, local } = extensions.get()?;
    let local = local.as_ref()?;
    let actor: Arc<str> = format!("{} on {node}", local.actor).into();
    let (name, rights) = (Arc::clone(&actor), Arc::from([Right::Admin]));
    Some(Caller { actor, name, key: local.key, rights })
}

async fn identify(api: &Shared, headers: &HeaderMap) -> Result<Caller, Refusal> {
    let Some(sent) = headers.get(header::AUTHORIZATION) else { return Err(Code::NoKey.into()) };
    let bearer = sent.to_str().ok().and_then(|sent| sent.split_once(' '));
    let key = bearer.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    let presented = key.and_then(|(_, key)| Presented::read(key.trim()));
    let refused = || Refusal::from(Code::KeyRefused);
    let presented = presented.ok_or_else(refused)?;
    let tenant = api.answers().tenant();
    if presented.tenant != *tenant {
        return Err(refused());
    }
    let named = headers.get(TENANT).map(|named| named.to_str().unwrap_or_default());
    if named.is_some_and(|named| named != tenant.as_str()) {
        return Err(Code::OtherTenant.into());
    }
    let local = api.local_key();
    if presented.id == local.caller.key && presented.secret.is(&local.hash) {
        return Ok(local.caller.clone());
    }
    let kept = api.answers().kept_key(presented.id).await?;
    let kept = kept.filter(|key| key.revoked.is_none() && presented.secret.is(&key.hash));
    let kept = kept.ok_or_else(refused)?;
    api.uses().note(presented.id);
    let actor = format!("key {} ({})", kept.name, presented.id);
    let (name, rights) = (kept.name.into(), kept.rights.into());
    Ok(Caller { actor: actor.into(), name, key: presented.id, rights })
}

/// Which right each route needs: as its declaration says, and nowhere else.
pub(crate) struct Rights(HashMap<String, Vec<(Method, Right)>>);

impl Rights {
    /// Those that the document of the API tells of.
    pub(crate) fn of_document(document: &serde_json::Value) -> Self {
        let mut rights: HashMap<String, Vec<(Method, Right)>> = HashMap::new();
        let paths = document["paths"].as_object();
        for (path, operations) in paths.into_iter().flatten() {
            for (method, operation) in operations.as_object().into_iter().flatten() {
                let named = operation["security"][0][super::document::SCHEME][0].as_str();
                let right = Right::ALL.into_iter().find(|right| Some(right.name()) == named);
                let method = Method::from_bytes(method.to_ascii_uppercase().as_bytes());
                if let (Some(right), Ok(method)) = (right, method) {
                    rights.entry(path.clone()).or_default().push((method, right));
                }
            }
        }
        Self(rights)
    }

    /// The right that a route needs; none where anybody may ask.
    fn of(&self, method: &Method, path: &str) -> Option<Right> {
        // A question for the head of an answer is one for the answer.
        let method = if method == Method::HEAD { &Method::GET } else { method };
        let (_, right) = self.0.get(path)?.iter().find(|(needs, _)| needs == method)?;
        Some(*right)
    }
}
