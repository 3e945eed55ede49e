using System.Runtime.CompilerServices;

namespace HandyBackup.EndToEnd.Tests.Hosting;

/// <summary>Where the build put what users get.</summary>
internal static class BuiltProduct
{
    private static readonly string s_artifacts = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", ".."));
    private static readonly string s_configuration = Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));

    /// <summary>The folder of sources and build.</summary>
    public static string Root { get; } = Path.GetFullPath(Path.Combine(s_artifacts, ".."));

    /// <summary>The folder of all that is built.</summary>
    public static string Artifacts => s_artifacts;

    /// <summary>The manifest of the assembled module.</summary>
    public static string Manifest { get; } = Path.Combine(s_artifacts, "module", "HandyBackup", "HandyBackup.psd1");

    /// <summary>The server program.</summary>
    public static string Server { get; } = Path.Combine(s_artifacts, "bin", "HandyBackup.Server", s_configuration, Executable("hb-server"));

    /// <summary>The agent program.</summary>
    public static string Agent { get; } = Path.Combine(s_artifacts, "bin", "HandyBackup.Agent", s_configuration, Executable("hb-agent"));

    /// <summary>The shell for machines without PowerShell.</summary>
    public static string Shell { get; } = Path.Combine(s_artifacts, "bin", "HandyBackup.Shell", s_configuration, Executable("hb-shell"));

    /// <summary>The quick start.</summary>
    public static string QuickStart { get; } = Path.Combine(Root, "examples", "quickstart.ps1");

    /// <summary>The example that reports from another machine.</summary>
    public static string RemotePanel { get; } = Path.Combine(Root, "examples", "remote-panel.ps1");

    /// <summary>The example that saves a server.</summary>
    public static string ServerRecovery { get; } = Path.Combine(Root, "examples", "server-recovery.ps1");

    /// <summary>The example that opens a server's backup without the product.</summary>
    public static string OpenServerBackup { get; } = Path.Combine(Root, "examples", "open-server-backup.py");

    /// <summary>The example that limits the agent of a machine.</summary>
    public static string UnitLimits { get; } = Path.Combine(Root, "examples", "systemd", "limits.conf");

    /// <summary>Skips the calling test where the quick start would first build everything, and replace the module under the other tests.</summary>
    public static void SkipUnlessComplete() =>
        Assert.SkipUnless(Directory.Exists(Path.Combine(s_artifacts, "server")), "The whole product was not built: run 'build.ps1 Build'.");

    /// <summary>Lets Start-HBServer, here and in processes started from here, find the server that was built.</summary>
    [ModuleInitializer]
    internal static void NameServer() => Environment.SetEnvironmentVariable("HANDYBACKUP_SERVER", Server);

    private static string Executable(string name) => OperatingSystem.IsWindows() ? name + ".exe" : name;
}
