package toolr0.cli;

import java.net.URI;
import java.nio.file.Path;
import java.util.SortedMap;
import toolr0.base.Json;
import toolr0.chat.ChatModel;
import toolr0.policy.FrozenPolicy;
import toolr0.remote.RemoteModel;
import toolr0.run.Manifest;
import toolr0.torch.model.Compute;
import tools.jackson.databind.node.ObjectNode;

/** The open model that a command asks. */
sealed interface AskedModel extends AutoCloseable {

  /** Which model it is, for people and results. */
  String name();

  ChatModel chat();

  /**
   * What tells the model from every other: the hashes of its files, or its name, which is all that
   * a server tells of it, wherever that is reached.
   */
  ObjectNode identity();

  /** What it stands on. */
  SortedMap<String, String> versions();

  /** The same and where it was asked, as results record it. */
  SortedMap<String, String> provenance();

  /** Ends what is being asked, where that cannot be waited for. */
  void cancel();

  @Override
  void close();

  /** A checkpoint on this machine. */
  record Local(Path folder, FrozenPolicy chat, Compute compute) implements AskedModel {
    @Override
    public String name() {
      return folder.toString();
    }

    @Override
    public ObjectNode identity() {
      ObjectNode files = Json.object();
      Manifest.hash(Models.folders(folder)).forEach(files::put);
      return files;
    }

    @Override
    public SortedMap<String, String> versions() {
      return Versions.of(Models.library(), compute);
    }

    @Override
    public SortedMap<String, String> provenance() {
      return versions();
    }

    /** Does nothing: a batch takes seconds. */
    @Override
    public void cancel() {}

    @Override
    public void close() {
      chat.close();
    }
  }

  /** A model behind an endpoint. */
  record Remote(URI base, RemoteModel chat) implements AskedModel {
    @Override
    public String name() {
      return chat.name() + "@" + base;
    }

    @Override
    public ObjectNode identity() {
      return Json.object().put("name", chat.name());
    }

    @Override
    public SortedMap<String, String> versions() {
      return Versions.program();
    }

    @Override
    public SortedMap<String, String> provenance() {
      SortedMap<String, String> provenance = versions();
      provenance.put("endpoint", base.toString());
      return provenance;
    }

    @Override
    public void cancel() {
      chat.cancel();
    }

    @Override
    public void close() {
      chat.close();
    }
  }
}
