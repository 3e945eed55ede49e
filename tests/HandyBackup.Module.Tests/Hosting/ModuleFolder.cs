namespace HandyBackup.Module.Tests.Hosting;

/// <summary>Where the build put the module and where its sources are.</summary>
internal static class ModuleFolder
{
    /// <summary>The assembled module.</summary>
    public static string Assembled { get; } = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "..", "module", "HandyBackup"));

    /// <summary>The manifest to import.</summary>
    public static string Manifest { get; } = Path.Combine(Assembled, "HandyBackup.psd1");

    /// <summary>The root of the sources; null if the tests run elsewhere than where they were built.</summary>
    public static string? Sources { get; } = FindSources();

    private static string? FindSources()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "HandyBackup.sln")))
            {
                return folder.FullName;
            }
        }

        return null;
    }
}
