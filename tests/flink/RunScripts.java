// Runs files of Flink SQL, each in an environment of its own on a cluster inside this process, and prints
// "FILE ok" or "FILE failed: why" for each. A SET statement sets an option of the environment.
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;

public class RunScripts {
    private static final Pattern SET = Pattern.compile("SET '([^']*)' = '([^']*)'");

    private static void run(String file) throws Exception {
        TableEnvironment environment = TableEnvironment.create(EnvironmentSettings.inStreamingMode());
        environment.getConfig().set("parallelism.default", "1");
        String text = Files.readString(Path.of(file)).replaceAll("(?m)^--.*\n", "");
        // Statements end with an empty line; those of a statement set do not.
        for (String statement : text.split(";\n(\n|$)")) {
            if (statement.isBlank()) continue;
            var option = SET.matcher(statement.strip());
            if (option.matches()) {
                environment.getConfig().set(option.group(1), option.group(2));
                continue;
            }
            var result = environment.executeSql(statement.strip() + (statement.endsWith("END") ? ";" : ""));
            if (result.getJobClient().isPresent()) result.await();
        }
    }

    public static void main(String[] files) {
        for (String file : files) {
            try {
                run(file);
                System.out.println(file + " ok");
            } catch (Throwable thrown) {
                StringBuilder why = new StringBuilder();
                for (Throwable at = thrown; at != null; at = at.getCause())
                    why.append(at.getClass().getSimpleName()).append(": ").append(at.getMessage()).append(" | ");
                System.out.println(file + " failed: " + why.toString().replace('\n', ' '));
            }
        }
        System.exit(0);
    }
}
