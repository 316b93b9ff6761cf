package toolr0.torch.checkpoint;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import toolr0.base.FileTrees;

/**
 * Folders that appear whole or not at all, whenever the process is killed.
 *
 * <p>A new folder {@code x} grows as {@code .x.partial}, becomes {@code .x.new} once every file is
 * on the disk, the old {@code x} steps aside as {@code .x.old}, and {@code .x.new} takes its place.
 * {@link #recover} ends what a kill cut off.
 */
public final class AtomicFolder {

  /** Fills a folder with files. */
  @FunctionalInterface
  public interface Content {
    void writeInto(Path folder) throws IOException;
  }

  private AtomicFolder() {}

  /**
   * Writes a folder, replacing an old one.
   *
   * @throws CheckpointException if writing fails; nothing new is left behind and an old folder is
   *     untouched
   */
  public static void write(Path target, Content content) {
    Path absolute = target.toAbsolutePath().normalize();
    recover(absolute);
    Path partial = sibling(absolute, "partial");
    Path complete = sibling(absolute, "new");
    boolean done = false;
    try {
      deleteTree(partial);
      deleteTree(complete);
      deleteTree(sibling(absolute, "old"));
      Files.createDirectories(partial);
      content.writeInto(partial);
      syncTree(partial);
      Files.move(partial, complete);
      done = true;
      takePlace(absolute, complete);
    } catch (IOException e) {
      throw new CheckpointWriteException(
          "%s: the folder cannot be written: %s; make room or choose another place"
              .formatted(target, describe(e)),
          e);
    } finally {
      if (!done) {
        deleteTree(partial);
      }
    }
  }

  /**
   * Ends a replacement that a kill cut off: afterwards the target is there if it ever was. To be
   * called before a folder is looked for; what else is left over goes with the next {@link #write}.
   */
  public static void recover(Path target) {
    Path absolute = target.toAbsolutePath().normalize();
    Path complete = sibling(absolute, "new");
    Path old = sibling(absolute, "old");
    try {
      if (Files.exists(absolute)) {
        return;
      }
      if (Files.exists(complete)) {
        Files.move(complete, absolute);
      } else if (Files.exists(old)) {
        Files.move(old, absolute);
      }
    } catch (IOException e) {
      throw new CheckpointWriteException(
          target + ": an interrupted write cannot be ended: " + describe(e), e);
    }
  }

  private static void takePlace(Path target, Path complete) throws IOException {
    Path old = sibling(target, "old");
    if (Files.exists(target)) {
      Files.move(target, old);
    }
    try {
      Files.move(complete, target);
    } catch (IOException e) {
      if (Files.exists(old)) {
        Files.move(old, target);
      }
      throw e;
    }
    sync(parent(target));
    deleteTree(old);
  }

  private static Path sibling(Path target, String suffix) {
    return target.resolveSibling("." + target.getFileName() + "." + suffix);
  }

  /** The folder that holds a file. */
  static Path parent(Path path) {
    Path absolute = path.toAbsolutePath();
    Path parent = absolute.getParent();
    return parent == null ? absolute : parent;
  }

  private static String describe(IOException e) {
    String message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : message;
  }

  private static void syncTree(Path folder) throws IOException {
    List<Path> paths;
    try (Stream<Path> walk = Files.walk(folder)) {
      paths = walk.toList();
    }
    for (Path path : paths) {
      sync(path);
    }
  }

  /** Forces a file, or a folder's list of names where the system can do that, to the disk. */
  static void sync(Path path) throws IOException {
    boolean folder = Files.isDirectory(path);
    if (folder && System.getProperty("os.name", "").startsWith("Windows")) {
      return;
    }
    StandardOpenOption access = folder ? StandardOpenOption.READ : StandardOpenOption.WRITE;
    try (FileChannel channel = FileChannel.open(path, access)) {
      channel.force(true);
    }
  }

  private static void deleteTree(Path folder) {
    try {
      FileTrees.delete(folder);
    } catch (IOException e) {
      throw new CheckpointWriteException(folder + ": cannot be removed: " + describe(e), e);
    }
  }
}
