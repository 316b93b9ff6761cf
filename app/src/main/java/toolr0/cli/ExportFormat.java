package toolr0.cli;

/** How a checkpoint is written for other programs. */
enum ExportFormat {
  /** A folder in Hugging Face layout. */
  HF("hf"),
  /** One file for llama.cpp. */
  GGUF("gguf");

  private final String wireName;

  ExportFormat(String wireName) {
    this.wireName = wireName;
  }

  /** Its name on the command line. */
  String wireName() {
    return wireName;
  }
}
