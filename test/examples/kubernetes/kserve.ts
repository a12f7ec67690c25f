import type {
  Container,
  LocalObjectReference,
  PodSpec,
  Toleration,
  Volume,
} from 'kubernetes-types/core/v1.js';
import type { ObjectMeta } from 'kubernetes-types/meta/v1.js';

/** Objects of KServe as far as the examples have them: fields of its API, `v1alpha1` and `v1beta1`. */

type Protocol = 'v1' | 'v2' | 'grpc-v1' | 'grpc-v2';

export interface ServingRuntime {
  apiVersion: 'serving.kserve.io/v1alpha1';
  kind: 'ServingRuntime';
  metadata: ObjectMeta;
  spec: {
    annotations?: Record<string, string>;
    labels?: Record<string, string>;
    supportedModelFormats?: { name: string; version?: string; autoSelect?: boolean; priority?: number }[];
    protocolVersions?: Protocol[];
    multiModel?: boolean;
    disabled?: boolean;
    containers: Container[];
    volumes?: Volume[];
    nodeSelector?: Record<string, string>;
    tolerations?: Toleration[];
    imagePullSecrets?: LocalObjectReference[];
  };
}

/** A predictor has a pod's fields beside its own. */
interface Predictor extends Omit<PodSpec, 'containers'> {
  minReplicas?: number;
  maxReplicas?: number;
  model: {
    modelFormat: { name: string; version?: string };
    protocolVersion?: Protocol;
    runtime?: string;
    storageUri?: string;
  };
}

export interface InferenceService {
  apiVersion: 'serving.kserve.io/v1beta1';
  kind: 'InferenceService';
  metadata: ObjectMeta;
  spec: { predictor: Predictor };
}
