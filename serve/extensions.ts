/** Extensions of the protocol that are served, by Triton's names. */
export const EXTENSIONS: readonly string[] = [
  'binary_tensor_data',
  'model_repository',
  'model_repository(unload_dependents)',
  'statistics',
];
