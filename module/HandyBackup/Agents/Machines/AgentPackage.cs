using HandyBackup.Contracts;

namespace HandyBackup.Module.Agents.Machines;

/// <summary>A package of the agent: a folder with <c>hb-agent</c> and what it needs, for one operating system and processor.</summary>
internal sealed class AgentPackage
{
    private const string Variable = "HANDYBACKUP_AGENTS";

    private AgentPackage(string folder, string runtime)
    {
        Folder = folder;
        Runtime = runtime;
    }

    /// <summary>The folder, absolute.</summary>
    public string Folder { get; }

    /// <summary>What it is for, such as <c>linux-x64</c>.</summary>
    public string Runtime { get; }

    /// <summary>The package for a runtime: below the given folder, else below that of the environment, else beside the module.</summary>
    /// <param name="given">The folder with packages, or a package itself, absolute; null for none.</param>
    /// <param name="runtime">The runtime.</param>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.AgentPackageMissing"/> or <see cref="ErrorCode.AgentPackageUnusable"/>.</exception>
    public static AgentPackage Find(string? given, string runtime)
    {
        string? named = given ?? (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } variable ? Path.GetFullPath(variable) : null);
        string program = runtime.StartsWith("win", StringComparison.Ordinal) ? "hb-agent.exe" : "hb-agent";
        string[] folders = [.. named is null ? BesideModule(runtime) : Below(named, runtime)];
        foreach (string folder in folders)
        {
            string path = Path.Combine(folder, program);
            if (File.Exists(path))
            {
                Verify(path, runtime);
                return new AgentPackage(folder, runtime);
            }
        }

        throw new HandyBackupException(ErrorCode.AgentPackageMissing, $"There is no package of the agent for {runtime}: none of {string.Join(", ", folders)} has '{program}'.")
        {
            Target = named ?? runtime,
            Advice = $"Unpack the package for {runtime} and name the folder with -PackagePath or the environment variable {Variable}.",
        };
    }

    // As the packages are made: <root>/<runtime>/agent, and the module in <root>/<its own runtime>/module/HandyBackup/bin/<edition>.
    private static IEnumerable<string> BesideModule(string runtime)
    {
        string module = Path.GetDirectoryName(typeof(AgentPackage).Assembly.Location)!;
        string own = Path.GetFullPath(Path.Combine(module, "..", "..", "..", ".."));
        yield return Path.GetFullPath(Path.Combine(own, "..", runtime, "agent"));
        yield return Path.Combine(own, "agent");
    }

    private static IEnumerable<string> Below(string folder, string runtime) =>
        [Path.Combine(folder, runtime, "agent"), Path.Combine(folder, runtime), Path.Combine(folder, "agent"), folder];

    // Two of the places do not say what lies in them.
    private static void Verify(string program, string runtime)
    {
        string? found;
        try
        {
            found = ProgramFile.RuntimeOf(program);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Unusable(program, $"cannot be read: {exception.Message}", exception);
        }

        if (found is not null && found != runtime)
        {
            throw Unusable(program, $"is for {found}, and the machine needs {runtime}", null);
        }
    }

    /// <summary>The error for a package that cannot be used.</summary>
    public static HandyBackupException Unusable(string path, string what, Exception? cause) =>
        new(ErrorCode.AgentPackageUnusable, $"The package '{path}' {what}.", cause)
        {
            Target = path,
            Advice = "Unpack the package anew, and name its folder with -PackagePath.",
        };
}
