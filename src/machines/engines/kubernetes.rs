//! Manifests for Kubernetes: the plan, an Indexed Job of workers, and a Job that merges.

use std::fmt::Write;

use super::super::plan::WorkPlan;
use super::{EngineSettings, scalar, variables};

/// Nobody, in images that have no users: files of the volume belong to its group.
const NOBODY: u32 = 65_532;

pub(super) fn manifests(plan: &WorkPlan, settings: &EngineSettings) -> String {
    let mark = settings.mark();
    let wait = settings.wait(plan);
    let (work, merge) = jobs(plan, settings);
    format!(
        "# {says}
#
#     kubectl apply -f THIS_FILE
#     kubectl wait --for=condition=complete --timeout={wait}s job/assize-{mark}-merge
#
# The verdict is the exit code of the merge, whose Job fails if that is not 0{where_it_is}
apiVersion: v1
kind: ConfigMap
metadata:
  name: assize-{mark}
data:
  plan.json: |
{plan}---
{work}---
{merge}",
        says = plan.says,
        where_it_is = where_it_is(settings),
        plan = indented(&settings.text),
        work = work.manifest(settings),
        merge = merge.manifest(settings),
    )
}

/// The Job of the workers, and that of the merge.
fn jobs(plan: &WorkPlan, settings: &EngineSettings) -> (JobManifest, JobManifest) {
    let wait = settings.wait(plan);
    let folder = settings.store.as_deref().unwrap_or(settings.mark());
    let folder = format!("/store/{folder}");
    let (store, reports) = match settings.bucket() {
        Some(bucket) => (bucket.to_owned(), "/tmp/reports".to_owned()),
        None => (folder.clone(), format!("{folder}-reports")),
    };
    let work = JobManifest {
        name: "work",
        spec: format!(
            "  completionMode: Indexed
  completions: {workers}
  parallelism: {workers}
  podReplacementPolicy: Failed
  activeDeadlineSeconds: {wait}
",
            workers = plan.workers
        ),
        spread: true,
        arguments: format!("[work, /plan/plan.json, --store, {}]", scalar(&store)),
        environment: environment(&variables(plan), settings),
        processors: plan.threads,
    };
    let merge = JobManifest {
        name: "merge",
        spec: String::new(),
        spread: false,
        arguments: format!(
            "[merge, {}, --wait, {wait}s, --reports, {}]",
            scalar(&store),
            scalar(&reports)
        ),
        environment: environment(&[], settings),
        processors: 1,
    };
    (work, merge)
}

/// The plan as a block of the manifest, each line as it is.
fn indented(text: &str) -> String {
    let lines = text.lines().flat_map(|line| ["    ", line, "\n"]);
    lines.collect()
}

/// What the head of the manifests says of reports and store.
fn where_it_is(settings: &EngineSettings) -> String {
    match settings.bucket() {
        Some(bucket) => format!(
            ", and its log\n# has the summary. For all reports run `assize merge {bucket}` where they should be. The Secret {secret} has the\n# variables of the bucket: {names}.",
            secret = settings.secret,
            names = settings.bucket_variables().join(", "),
        ),
        None => format!(
            "; its reports are on the volume.\n# The volume must be one that many nodes can write (ReadWriteMany), its claim is {}.",
            settings.claim
        ),
    }
}

/// The variables with secrets, from the Secret; of those of a bucket not all need be there.
fn environment(names: &[&str], settings: &EngineSettings) -> String {
    let of_bucket = settings.bucket_variables();
    if names.is_empty() && of_bucket.is_empty() {
        return String::new();
    }
    let needed = names.iter().map(|name| (name, ""));
    let all = needed.chain(of_bucket.iter().map(|name| (name, OPTIONAL)));
    let mut text = "          env:\n".to_owned();
    for (name, optional) in all {
        // Writing to a text cannot fail.
        let _written = write!(
            text,
            "            - name: {name}
              valueFrom:
                secretKeyRef:
                  name: {secret}
                  key: {name}
{optional}",
            name = scalar(name),
            secret = scalar(&settings.secret)
        );
    }
    text
}

const OPTIONAL: &str = "                  optional: true\n";

/// A Job of one of the two kinds.
struct JobManifest {
    name: &'static str,
    spec: String,
    spread: bool,
    arguments: String,
    environment: String,
    processors: usize,
}

impl JobManifest {
    fn manifest(&self, settings: &EngineSettings) -> String {
        let Self { name, spec, .. } = self;
        let mark = settings.mark();
        let pod = self.pod(settings);
        format!(
            "apiVersion: batch/v1
kind: Job
metadata:
  name: assize-{mark}-{name}
  labels: {{app.kubernetes.io/name: assize, app.kubernetes.io/instance: \"{mark}\"}}
spec:
{spec}  backoffLimit: 0
  template:
    metadata:
      labels: {{app.kubernetes.io/name: assize, app.kubernetes.io/instance: \"{mark}\", app.kubernetes.io/component: {name}}}
    spec:
      restartPolicy: Never
      automountServiceAccountToken: false
      enableServiceLinks: false
      securityContext:
        runAsNonRoot: true
        runAsUser: {NOBODY}
        runAsGroup: {NOBODY}
        fsGroup: {NOBODY}
{pod}"
        )
    }

    /// What runs, where, and with which volumes.
    fn pod(&self, settings: &EngineSettings) -> String {
        let Self {
            arguments,
            environment,
            processors,
            ..
        } = self;
        let mark = settings.mark();
        // With a bucket nothing is kept but a ledger while it is written.
        let claim = scalar(&settings.claim);
        let claimed = format!("persistentVolumeClaim: {{claimName: {claim}}}");
        let (mount, volume) = settings
            .bucket()
            .map_or(("/store", claimed.as_str()), |_| ("/tmp", "emptyDir: {}"));
        let spread = if self.spread {
            spread(mark)
        } else {
            String::new()
        };
        format!(
            "{spread}      containers:
        - name: assize
          image: {image}
          args: {arguments}
{environment}          securityContext:
            allowPrivilegeEscalation: false
            capabilities: {{drop: [ALL]}}
          resources:
            requests: {{cpu: \"{processors}\", memory: 128Mi}}
            limits: {{memory: 1Gi}}
          volumeMounts:
            - {{name: plan, mountPath: /plan, readOnly: true}}
            - {{name: store, mountPath: {mount}}}
      volumes:
        - name: plan
          configMap: {{name: assize-{mark}}}
        - name: store
          {volume}
",
            image = scalar(&settings.image),
        )
    }
}

/// Workers stand on as many nodes as there are.
fn spread(mark: &str) -> String {
    format!(
        "      topologySpreadConstraints:
        - maxSkew: 1
          topologyKey: kubernetes.io/hostname
          whenUnsatisfiable: ScheduleAnyway
          labelSelector:
            matchLabels: {{app.kubernetes.io/instance: \"{mark}\", app.kubernetes.io/component: work}}
"
    )
}
