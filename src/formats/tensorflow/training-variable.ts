// SPDX-License-Identifier: Apache-2.0
// Variables that a checkpoint holds besides the model's: the state of training, and bookkeeping.

const otherVariables =
  /OPTIMIZER_SLOT|^(?:optimizer|save_counter|_CHECKPOINTABLE_OBJECT_GRAPH)(?:\/|$)|keras_api\/metrics|\/(?:Adam|Adam_1|Momentum|RMSProp|Adagrad|ExponentialMovingAverage)$|^(?:global_step|beta1_power|beta2_power)$/u;

/** True if a variable is no part of the model, by its name. */
export function isTrainingVariable(name: string): boolean {
  return otherVariables.test(name);
}
