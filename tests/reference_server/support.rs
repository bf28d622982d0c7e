//! A running server and a client for it.

use assize::edge::reference_server::{ReferenceServer, ReferenceSettings};
use reqwest::{Client, Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use std::ops::Deref;
use std::sync::Once;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::description;

static PROVIDER: Once = Once::new();

/// A client. Without a provider of cryptography not even one for plain HTTP can be built.
pub(crate) fn client() -> Client {
    PROVIDER.call_once(|| {
        rustls::crypto::ring::default_provider()
            .install_default()
            .unwrap();
    });
    Client::builder()
        .user_agent("reference-tests/1")
        .build()
        .unwrap()
}

/// A client of a server, wherever that runs.
pub(crate) struct Visitor {
    pub(crate) client: Client,
    pub(crate) base_url: String,
    /// With `{email}` in it; none if codes go out by SMTP.
    pub(crate) inbox_url: Option<String>,
}

/// A server on a free port, and a client of it.
pub(crate) struct Site {
    pub(crate) server: ReferenceServer,
    visitor: Visitor,
    stop: oneshot::Sender<()>,
}

impl Deref for Site {
    type Target = Visitor;

    fn deref(&self) -> &Visitor {
        &self.visitor
    }
}

/// An answer, whole.
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) body: Value,
}

impl Reply {
    pub(crate) fn text(&self, member: &str) -> &str {
        self.body[member].as_str().unwrap()
    }
}

/// A user, as far as a test has brought them.
#[derive(Clone)]
pub(crate) struct User {
    pub(crate) email: String,
    pub(crate) bearer: String,
    pub(crate) code_id: String,
}

/// A key pair.
#[derive(Clone)]
pub(crate) struct Pair {
    pub(crate) id: String,
    pub(crate) key: String,
    pub(crate) secret: String,
}

impl Site {
    pub(crate) async fn open() -> Self {
        Self::with(ReferenceSettings::default()).await
    }

    pub(crate) async fn with(settings: ReferenceSettings) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let shutdown = async {
            stopped.await.unwrap();
        };
        let server = ReferenceServer::start(listener, settings, shutdown).unwrap();
        Self {
            visitor: Visitor {
                client: client(),
                base_url: server.base_url(),
                inbox_url: server.inbox_url(),
            },
            server,
            stop,
        }
    }

    /// Stops the server and waits for its end.
    pub(crate) async fn close(self) {
        self.stop.send(()).unwrap();
        self.server.finished().await.unwrap();
    }

    /// Asks the server to end, and gives it to be waited for.
    pub(crate) fn stop(self) -> ReferenceServer {
        self.stop.send(()).unwrap();
        self.server
    }
}

impl Visitor {
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client
            .request(method, format!("{}{path}", self.base_url))
    }

    pub(crate) fn get(&self, path: &str) -> RequestBuilder {
        self.request(Method::GET, path)
    }

    pub(crate) fn delete(&self, path: &str) -> RequestBuilder {
        self.request(Method::DELETE, path)
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> RequestBuilder {
        with_json(self.request(Method::POST, path), body)
    }

    pub(crate) fn put(&self, path: &str, body: &Value) -> RequestBuilder {
        with_json(self.request(Method::PUT, path), body)
    }

    pub(crate) async fn create(&self, email: &str) -> User {
        let body = json!({"email": email, "fullName": "John Doe", "alias": "johny"});
        let reply = send(self.post("/user", &body)).await;
        assert_eq!(reply.status, 200);
        opened(email, &reply)
    }

    pub(crate) async fn create_verified(&self, email: &str) -> User {
        let user = self.create(email).await;
        assert_eq!(self.verify(&user).await.status, 202);
        user
    }

    /// Gives the latest code sent to the user.
    pub(crate) async fn verify(&self, user: &User) -> Reply {
        let code = self.inbox(&user.email).await;
        let body = json!({"verificationCodeID": user.code_id, "code": code.text("code")});
        send(self.put("/session/verification", &body)).await
    }

    pub(crate) async fn inbox(&self, email: &str) -> Reply {
        let template = self.inbox_url.as_ref().unwrap();
        let url = template.replace("{email}", &email.replace('@', "%40"));
        send(self.client.get(url)).await
    }

    pub(crate) async fn issue_verified(&self, user: &User) -> Pair {
        let body = json!({"name": "key", "days": 1});
        let issued = send(self.post("/keypair", &body).bearer_auth(&user.bearer)).await;
        assert_eq!(issued.status, 200);
        assert_eq!(issued.body["verified"], json!(false));
        let code = self.inbox(&user.email).await;
        let body = json!({
            "verificationCodeID": issued.text("verificationCodeID"),
            "code": code.text("code")
        });
        let verified = self
            .put("/keypair/verification", &body)
            .bearer_auth(&user.bearer);
        assert_eq!(send(verified).await.status, 202);
        Pair {
            id: issued.text("keyID").to_owned(),
            key: issued.text("apiKey").to_owned(),
            secret: issued.text("apiSecret").to_owned(),
        }
    }

    pub(crate) async fn user_id(&self, user: &User) -> String {
        let session = send(self.get("/session").bearer_auth(&user.bearer)).await;
        assert_eq!(session.status, 200);
        session.text("userID").to_owned()
    }
}

pub(crate) fn opened(email: &str, reply: &Reply) -> User {
    User {
        email: email.to_owned(),
        bearer: reply.text("bearer").to_owned(),
        code_id: reply.text("verificationCodeID").to_owned(),
    }
}

pub(crate) fn with_pair(request: RequestBuilder, pair: &Pair) -> RequestBuilder {
    request
        .header("api-key", &pair.key)
        .header("api-secret", &pair.secret)
}

fn with_json(request: RequestBuilder, body: &Value) -> RequestBuilder {
    request
        .header("content-type", "application/json")
        .body(body.to_string())
}

/// Sends a request and takes its answer, which must be JSON, and as the description has it.
pub(crate) async fn send(request: RequestBuilder) -> Reply {
    let (client, request) = request.build_split();
    let request = request.unwrap();
    let (method, url) = (request.method().clone(), request.url().clone());
    let response = client.execute(request).await.unwrap();
    let status = response.status();
    let headers = response.headers().clone();
    assert_eq!(headers["content-type"], "application/json");
    let bytes = response.bytes().await.unwrap();
    let reply = Reply {
        status,
        headers,
        body: serde_json::from_slice(&bytes).unwrap(),
    };
    description::assert_described(&method, url.path(), &reply);
    reply
}
