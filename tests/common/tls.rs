//! Servers that speak TLS, with certificates of an authority that only the test knows.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use rustls::crypto::ring;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::danger::ClientCertVerifier;
use rustls::server::{NoClientAuth, WebPkiClientVerifier};
use rustls::{RootCertStore, ServerConfig};
use std::path::PathBuf;
use std::sync::Arc;
use tempfile::TempDir;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::{Builder, Runtime};
use tokio_rustls::TlsAcceptor;

/// A certificate for this machine, and the authority that signed it.
pub(crate) struct Certified {
    authority: CertificateDer<'static>,
    leaf: CertificateDer<'static>,
    key: Vec<u8>,
}

impl Certified {
    pub(crate) fn new() -> Self {
        Self::made(|_| {})
    }

    /// A certificate that something is changed in before it is signed.
    pub(crate) fn made(change: impl FnOnce(&mut CertificateParams)) -> Self {
        let (signed, issuer) = authority();
        let names = ["localhost", "127.0.0.1"].map(str::to_owned);
        let key = KeyPair::generate().unwrap();
        let mut leaf = CertificateParams::new(names).unwrap();
        change(&mut leaf);
        Self {
            authority: signed,
            leaf: leaf.signed_by(&key, &issuer).unwrap().der().clone(),
            key: key.serialize_der(),
        }
    }

    /// A certificate as `openssl req -x509` makes it: signed by itself, and an authority's.
    pub(crate) fn by_itself(names: &[&str], change: impl FnOnce(&mut CertificateParams)) -> Self {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let mut params = CertificateParams::new(names).unwrap();
        change(&mut params);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let leaf = params.self_signed(&key).unwrap().der().clone();
        Self {
            authority: leaf.clone(),
            leaf,
            key: key.serialize_der(),
        }
    }

    /// The certificate and its key in two files of this folder.
    pub(crate) fn identity_files(&self, folder: &TempDir) -> (PathBuf, PathBuf) {
        let certificate = pem_file(folder, "identity.pem", "CERTIFICATE", &self.leaf);
        let key = pem_file(folder, "identity.key", "PRIVATE KEY", &self.key);
        (certificate, key)
    }

    /// The authority's certificate in a file of this folder.
    pub(crate) fn authority_file(&self, folder: &TempDir) -> PathBuf {
        pem_file(folder, "authority.pem", "CERTIFICATE", &self.authority)
    }

    /// A server's side of TLS that speaks these protocols.
    pub(crate) fn acceptor(&self, protocols: &[&[u8]]) -> TlsAcceptor {
        self.acceptor_for(protocols, Arc::new(NoClientAuth))
    }

    /// The same, which asks clients for a certificate of the same authority.
    pub(crate) fn acceptor_of_known(&self, protocols: &[&[u8]]) -> TlsAcceptor {
        let mut roots = RootCertStore::empty();
        roots.add(self.authority.clone()).unwrap();
        let provider = Arc::new(ring::default_provider());
        let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
        self.acceptor_for(protocols, verifier.build().unwrap())
    }

    fn acceptor_for(
        &self,
        protocols: &[&[u8]],
        clients: Arc<dyn ClientCertVerifier>,
    ) -> TlsAcceptor {
        let key = PrivateKeyDer::try_from(self.key.clone()).unwrap();
        let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_client_cert_verifier(clients)
            .with_single_cert(vec![self.leaf.clone()], key)
            .unwrap();
        config.alpn_protocols = protocols.iter().map(|one| one.to_vec()).collect();
        TlsAcceptor::from(Arc::new(config))
    }
}

/// The certificate of a new authority, and what signs for it.
fn authority() -> (CertificateDer<'static>, Issuer<'static, KeyPair>) {
    let mut authority = CertificateParams::new(Vec::new()).unwrap();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().unwrap();
    let name = format!("authority {:x?}", &key.public_key_raw()[..4]);
    authority.distinguished_name.push(DnType::CommonName, name);
    let signed = authority.self_signed(&key).unwrap();
    (signed.der().clone(), Issuer::new(authority, key))
}

fn pem_file(folder: &TempDir, name: &str, label: &str, content: &[u8]) -> PathBuf {
    let path = folder.path().join(name);
    let text = STANDARD.encode(content);
    let pem = format!("-----BEGIN {label}-----\n{text}\n-----END {label}-----\n");
    std::fs::write(&path, pem).unwrap();
    path
}

/// Speaks TLS in front of a server that does not.
pub(crate) struct Front {
    pub(crate) address: String,
    runtime: Option<Runtime>,
}

impl Front {
    pub(crate) fn start(acceptor: TlsAcceptor, behind: String) -> Self {
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap().to_string();
        runtime.spawn(async move {
            let listener = TcpListener::from_std(listener).unwrap();
            while let Ok((stream, _)) = listener.accept().await {
                let (acceptor, behind) = (acceptor.clone(), behind.clone());
                tokio::spawn(async move {
                    // A client that does not trust the certificate hangs up here.
                    if let Ok(mut stream) = acceptor.accept(stream).await {
                        let mut behind = TcpStream::connect(behind).await.unwrap();
                        // How the two hang up is theirs.
                        drop(copy_bidirectional(&mut stream, &mut behind).await);
                    }
                });
            }
        });
        Self {
            address,
            runtime: Some(runtime),
        }
    }
}

impl Drop for Front {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}
