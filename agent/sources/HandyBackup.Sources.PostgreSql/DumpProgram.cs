using System.Diagnostics;
using System.Globalization;

namespace HandyBackup.Sources.PostgreSql;

/// <summary>PostgreSQL's own dump programs.</summary>
internal sealed class DumpProgram
{
    private const string ConnectTimeoutSeconds = "15";
    private readonly string _folder;

    private DumpProgram(string folder) => _folder = folder;

    /// <summary>Finds the programs: in the given folder, else the newest installed version, which can dump every older server.</summary>
    /// <exception cref="SourceException">There are none.</exception>
    public static DumpProgram Find(string? folder)
    {
        IEnumerable<string> folders = folder is null ? [.. InstalledVersions(), .. SearchPath()] : [folder];
        string? found = folders.FirstOrDefault(candidate => File.Exists(Program(candidate, "pg_dump")) && File.Exists(Program(candidate, "pg_dumpall")));
        return found is not null
            ? new DumpProgram(found)
            : throw new SourceException(SourceError.Unavailable, folder is null ? "pg_dump and pg_dumpall are not installed." : $"pg_dump and pg_dumpall are not in '{folder}'.")
            {
                Advice = "Install PostgreSQL's client programs on the agent's machine (Debian: postgresql-client), or set the option ProgramFolder.",
            };
    }

    /// <summary>Dumps one database in custom format. Not compressed, so that equal rows make equal blobs, which the repository compresses.</summary>
    public DumpReader DumpDatabase(PostgreSqlOptions options, string database) =>
        Start(options, "pg_dump", ["--format=custom", "--compress=0", $"--lock-wait-timeout={options.LockTimeout * 1000L}", "--dbname", ConnectionText(database)]);

    /// <summary>Dumps roles and tablespaces as SQL.</summary>
    public DumpReader DumpGlobals(PostgreSqlOptions options) =>
        Start(options, "pg_dumpall", ["--globals-only", "--database", options.MaintenanceDatabase]);

    private DumpReader Start(PostgreSqlOptions options, string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(Program(_folder, program))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            CreateNoWindow = true,
        };
        foreach (string argument in (string[])["--no-password", "--host", options.Host, "--port", options.Port.ToString(CultureInfo.InvariantCulture), "--username", options.User, .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["PGCONNECT_TIMEOUT"] = ConnectTimeoutSeconds;
        start.Environment["PGAPPNAME"] = "Handy Backup";
        start.Environment["LC_MESSAGES"] = "C";
        if (options.Password is not null)
        {
            // In the environment, which only the same account can read; a command line is open to everybody.
            start.Environment["PGPASSWORD"] = options.Password;
        }

        return DumpReader.Start(start);
    }

    // A plain name that contains '=' would be taken for a connection string, so the name is always given as one, quoted
    // (PostgreSQL manual, "Connection Strings": backslash escapes quote and backslash).
    private static string ConnectionText(string database) =>
        $"dbname='{database.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}'";

    private static string Program(string folder, string name) => Path.Combine(folder, OperatingSystem.IsWindows() ? name + ".exe" : name);

    private static IEnumerable<string> InstalledVersions()
    {
        string root = OperatingSystem.IsWindows()
            ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ProgramFiles), "PostgreSQL")
            : "/usr/lib/postgresql";
        return Directory.Exists(root)
            ? Directory.EnumerateDirectories(root).OrderByDescending(VersionOf).Select(version => Path.Combine(version, "bin"))
            : [];
    }

    private static double VersionOf(string folder) =>
        double.TryParse(Path.GetFileName(folder), NumberStyles.Float, CultureInfo.InvariantCulture, out double version) ? version : 0;

    private static string[] SearchPath() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
}
