// The state of the garbage collector's pacer, as far as allocation moves it.

/**
 * What the pacer knows. Sizes are in bytes.
 *
 * @go runtime/mgcpacer.go gcControllerState go1.19.8
 */
export class gcControllerState {
  /** The most memory that the program is to use. */
  memoryLimit = 0;
  /** Memory in the state ready. */
  mappedReady = 0;
}
