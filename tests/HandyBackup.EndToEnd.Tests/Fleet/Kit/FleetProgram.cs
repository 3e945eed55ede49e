using System.Diagnostics;
using System.Runtime.InteropServices;
using HandyBackup.EndToEnd.Tests.Hosting;

namespace HandyBackup.EndToEnd.Tests.Fleet.Kit;

/// <summary>
/// The executables that these tests start: those of the package for this machine, if it was made of what is tested here: continuous integration
/// makes it first, and <c>build.ps1 Package</c> does; else those that every build makes of the same sources, which need the shared runtime. Tests write into their output which ones they were.
/// </summary>
internal static class FleetProgram
{
    private static readonly string s_package = Path.Join(BuiltProduct.Artifacts, "package", RuntimeInformation.RuntimeIdentifier);
    private static readonly bool s_isPackaged = IsOfThisBuild("server", BuiltProduct.Server) && IsOfThisBuild("agent", BuiltProduct.Agent);

    /// <summary>The server.</summary>
    public static string Server { get; } = s_isPackaged ? Packaged("server", BuiltProduct.Server) : BuiltProduct.Server;

    /// <summary>The agent.</summary>
    public static string Agent { get; } = s_isPackaged ? Packaged("agent", BuiltProduct.Agent) : BuiltProduct.Agent;

    /// <summary>Which ones they are, for people.</summary>
    public static string Origin => s_isPackaged ? $"the package {s_package}" : $"the build {Path.GetDirectoryName(Server)} and {Path.GetDirectoryName(Agent)}";

    private static string Packaged(string folder, string built) => Path.Join(s_package, folder, Path.GetFileName(built));

    // The version names the commit; what was changed since then is seen by the clock.
    private static bool IsOfThisBuild(string folder, string built)
    {
        string packaged = Packaged(folder, Path.ChangeExtension(built, ".dll"));
        string own = Path.ChangeExtension(built, ".dll");
        return File.Exists(packaged)
            && FileVersionInfo.GetVersionInfo(packaged).ProductVersion == FileVersionInfo.GetVersionInfo(own).ProductVersion
            && Directory.GetFiles(Path.GetDirectoryName(own)!, "*.dll").All(file => File.GetLastWriteTimeUtc(file) <= File.GetLastWriteTimeUtc(packaged));
    }
}
