package dev.relight.local;

import com.sun.source.doctree.DocCommentTree;
import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.AssignmentTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ModifiersTree;
import com.sun.source.tree.ParameterizedTypeTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** The settings of a service, as its code has them: the interfaces that they are mapped to. */
final class SettingsSource extends TreePathScanner<Void, Void> {
  /**
   * A setting.
   *
   * @param type for the user
   * @param standard what holds where nothing is set, null where nothing does
   * @param meaning from the Javadoc
   */
  record Found(String type, String standard, String meaning) {
    boolean isNumber() {
      return List.of("number", "time", "size").contains(type);
    }

    boolean mayBeZero() {
      return meaning.contains("0 for ");
    }
  }

  private static final Map<String, String> TYPES =
      Map.of(
          "int", "number",
          "long", "number",
          "short", "number",
          "Duration", "time",
          "MemorySize", "size",
          "Path", "file",
          "String", "text",
          "boolean", "`true` or `false`");

  private final Map<String, Found> found = new TreeMap<>();
  private final DocTrees docs;

  private SettingsSource(DocTrees docs) {
    this.docs = docs;
  }

  /** Of all sources below a directory, by name. */
  static Map<String, Found> in(Path directory) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (Stream<Path> files = Files.walk(directory);
        StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
      List<Path> sources =
          files
              .filter(file -> file.toString().endsWith(".java"))
              .filter(SettingsSource::has)
              .toList();
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null,
                  manager,
                  null,
                  List.of("-proc:none"),
                  null,
                  manager.getJavaFileObjectsFromPaths(sources));
      SettingsSource settings = new SettingsSource(DocTrees.instance(task));
      for (CompilationUnitTree unit : task.parse()) {
        settings.scan(unit, null);
      }
      return settings.found;
    }
  }

  private static boolean has(Path file) {
    try {
      String text = Files.readString(file);
      return text.contains("@ConfigMapping") || text.contains("@ConfigProperty");
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public Void visitClass(ClassTree type, Void nothing) {
    String prefix = annotation(type.getModifiers(), "ConfigMapping").get("prefix");
    if (prefix != null) {
      read(prefix, type, getCurrentPath(), inner(type));
    }
    return super.visitClass(type, nothing);
  }

  @Override
  public Void visitVariable(VariableTree parameter, Void nothing) {
    Map<String, String> property = annotation(parameter.getModifiers(), "ConfigProperty");
    if (property.getOrDefault("name", "").startsWith("relight.")) {
      String type = type(parameter.getType(), Map.of());
      found.put(property.get("name"), new Found(type, property.get("defaultValue"), ""));
    }
    return super.visitVariable(parameter, nothing);
  }

  private void read(String prefix, ClassTree type, TreePath path, Map<String, ClassTree> inner) {
    for (Tree member : type.getMembers()) {
      if (member instanceof MethodTree method && method.getBody() == null) {
        String name = prefix + "." + kebab(method.getName().toString());
        Tree result = method.getReturnType();
        String of = raw(result).equals("Map") ? name + ".NAME" : name;
        ClassTree nested = inner.get(innermost(result));
        TreePath here = new TreePath(path, method);
        if (nested != null && nested.getKind() == Tree.Kind.INTERFACE) {
          read(of, nested, new TreePath(path, nested), inner);
        } else {
          found.put(
              of,
              new Found(
                  type(result, inner),
                  annotation(method.getModifiers(), "WithDefault").get("value"),
                  meaning(of, here)));
        }
      }
    }
  }

  private String meaning(String name, TreePath path) {
    DocCommentTree comment = docs.getDocCommentTree(path);
    if (comment == null) {
      throw new IllegalStateException("The setting " + name + " needs a sentence of Javadoc");
    }
    String text =
        comment.getFullBody().stream()
            .map(Object::toString)
            .collect(Collectors.joining())
            .replaceAll("\\s+", " ")
            .replaceAll("\\{@code ([^}]*)}", "`$1`")
            .strip();
    String sentence = text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
    return Character.toLowerCase(sentence.charAt(0)) + sentence.substring(1);
  }

  private static Map<String, ClassTree> inner(ClassTree type) {
    Map<String, ClassTree> inner = new HashMap<>();
    for (Tree member : type.getMembers()) {
      if (member instanceof ClassTree nested) {
        inner.put(nested.getSimpleName().toString(), nested);
      }
    }
    return inner;
  }

  private static String type(Tree type, Map<String, ClassTree> inner) {
    String name = innermost(type);
    ClassTree choice = inner.get(name);
    String simple =
        choice == null
            ? TYPES.getOrDefault(name, name)
            : choice.getMembers().stream()
                .filter(VariableTree.class::isInstance)
                .map(constant -> ((VariableTree) constant).getName().toString())
                .map(constant -> "`" + constant.toLowerCase(Locale.ROOT) + "`")
                .collect(Collectors.joining(" or "));
    return type.toString().contains("List<") ? "list of " + simple : simple;
  }

  private static String raw(Tree type) {
    return type instanceof ParameterizedTypeTree of ? of.getType().toString() : type.toString();
  }

  private static String innermost(Tree type) {
    if (type instanceof ParameterizedTypeTree of) {
      return innermost(of.getTypeArguments().get(of.getTypeArguments().size() - 1));
    }
    return type.toString();
  }

  /** What an annotation says, by name; empty without it. */
  private static Map<String, String> annotation(ModifiersTree modifiers, String name) {
    Map<String, String> said = new HashMap<>();
    for (AnnotationTree annotation : modifiers.getAnnotations()) {
      if (annotation.getAnnotationType().toString().equals(name)) {
        for (ExpressionTree argument : annotation.getArguments()) {
          boolean named = argument instanceof AssignmentTree;
          ExpressionTree value = named ? ((AssignmentTree) argument).getExpression() : argument;
          said.put(
              named ? ((AssignmentTree) argument).getVariable().toString() : "value",
              String.valueOf(((LiteralTree) value).getValue()));
        }
      }
    }
    return said;
  }

  private static String kebab(String name) {
    return name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
  }
}
