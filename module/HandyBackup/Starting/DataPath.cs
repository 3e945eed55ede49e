using System.Management.Automation;

namespace HandyBackup.Module.Starting;

/// <summary>The server's data path: where its catalog, key and log lie, and by which the panel finds it.</summary>
internal static class DataPath
{
    private const string Variable = "HANDYBACKUP_DATA";

    /// <summary>The given path made absolute; without one, that of the environment, or else a folder in the user's own profile.</summary>
    public static string Resolve(PSCmdlet cmdlet, string? given)
    {
        string? path = given ?? Environment.GetEnvironmentVariable(Variable);
        return string.IsNullOrEmpty(path)
            ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "HandyBackup")
            : cmdlet.ResolvePath(path!);
    }
}
