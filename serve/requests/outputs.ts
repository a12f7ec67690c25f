import type {
  Datatype,
  Elements,
  InferRequest,
  Tensor,
  TensorMetadata,
} from '../../lib/protocol/messages/index.js';
import type { LoadedModel } from '../executor.js';
import { matchOutputs } from '../protocol/index.js';

/** Answers to the rows of a request; for a ranker, the positions of the best candidates. */
export interface OutputValues {
  readonly answers: Float64Array;
  readonly scores: Float64Array;
  readonly exits: Uint8Array;
}

type OutputName = 'label' | 'scores' | 'exit' | 'indices';

/** The outputs of a model, and the tensors that hold its answers. */
export class Outputs {
  readonly declared: readonly TensorMetadata[];
  private readonly label: (answers: Float64Array) => Elements;

  constructor(model: Pick<LoadedModel, 'kind' | 'labels' | 'width'>) {
    const { datatype, elements } = labelTensor(model.labels);
    this.label = elements;
    this.declared =
      model.kind === 'ranker'
        ? [
            { name: 'indices', datatype: 'INT32', shape: [-1] },
            { name: 'scores', datatype: 'FP64', shape: [-1] },
          ]
        : [
            { name: 'label', datatype, shape: [-1] },
            {
              name: 'scores',
              datatype: 'FP64',
              shape: [-1, model.width],
              ...(model.kind === 'classes' && { labels: model.labels }),
            },
            { name: 'exit', datatype: 'INT32', shape: [-1] },
          ];
  }

  /**
   * The outputs that a request names, in its order; all of them if it names none.
   *
   * @throws RequestError `invalid` for a name that the model hasn't
   */
  wanted({ outputs }: Pick<InferRequest, 'outputs'>): readonly TensorMetadata[] {
    if (outputs === undefined) return this.declared;
    return matchOutputs(this.declared, outputs).flatMap((name) =>
      this.declared.filter((each) => each.name === name),
    );
  }

  tensors(answers: OutputValues, wanted: readonly TensorMetadata[]): readonly Tensor[] {
    return wanted.map(({ name, datatype, shape }) => {
      const elements = this.elements(name as OutputName, answers);
      const rows = name === 'exit' ? answers.exits.length : answers.answers.length;
      return { name, datatype, shape: shape.length === 1 ? [rows] : [rows, ...shape.slice(1)], elements };
    });
  }

  private elements(name: OutputName, { answers, scores, exits }: OutputValues): Elements {
    switch (name) {
      case 'label':
        return this.label(answers);
      case 'indices':
        return new Int32Array(answers);
      case 'exit':
        return new Int32Array(exits);
      case 'scores':
        return scores;
    }
  }
}

/** How labels are written: as BYTES, INT64, BOOL or FP64; for regression, which has none, as FP64. */
function labelTensor(labels: LoadedModel['labels']): {
  readonly datatype: Datatype;
  readonly elements: (answers: Float64Array) => Elements;
} {
  if (labels.length === 0) return { datatype: 'FP64', elements: (answers) => answers };
  if (labels.every((label) => typeof label === 'boolean')) {
    const octets = Uint8Array.from(labels, Number);
    return { datatype: 'BOOL', elements: (answers) => Uint8Array.from(answers, (code) => octets[code]) };
  }
  if (labels.every((label) => Number.isSafeInteger(label))) {
    const whole = labels.map((label) => BigInt(label));
    return {
      datatype: 'INT64',
      elements: (answers) => BigInt64Array.from(answers, (code) => whole[code]),
    };
  }
  if (labels.every((label) => typeof label === 'number')) {
    return {
      datatype: 'FP64',
      elements: (answers) => Float64Array.from(answers, (code) => Number(labels[code])),
    };
  }
  const encoder = new TextEncoder();
  const texts = labels.map((label) => encoder.encode(String(label)));
  const elements = (answers: Float64Array) => {
    const labels = new Array<Uint8Array>(answers.length);
    for (let i = 0; i < answers.length; i++) labels[i] = texts[answers[i]];
    return labels;
  };
  return { datatype: 'BYTES', elements };
}
