using System.Runtime.CompilerServices;

namespace HandyBackup.Architecture.Tests;

/// <summary>The source tree that these tests read.</summary>
internal static class RepositoryTree
{
    private static readonly string[] s_productFolders = ["module", "agent", "server"];

    /// <summary>The folder with HandyBackup.sln.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>All project files of the product, without tests.</summary>
    public static IEnumerable<string> ProductProjects() => Files(s_productFolders, "*.csproj");

    /// <summary>All C# files of the product and of its tests.</summary>
    public static IEnumerable<string> SourceFiles() => Files([.. s_productFolders, "tests"], "*.cs");

    /// <summary>A path as people write it: from the root, with '/'.</summary>
    public static string Relative(string path) => Path.GetRelativePath(Root, path).Replace('\\', '/');

    private static IEnumerable<string> Files(IEnumerable<string> folders, string pattern) =>
        folders.SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Root, folder), pattern, SearchOption.AllDirectories))
            .Where(file => !Relative(file).Split('/').Any(part => part is "bin" or "obj"));

    // The build maps source paths away, so the tree is looked for above the test program first.
    private static string FindRoot([CallerFilePath] string thisFile = "")
    {
        foreach (string start in new[] { AppContext.BaseDirectory, Environment.CurrentDirectory, Path.GetDirectoryName(thisFile) ?? "" })
        {
            for (string? folder = start; !string.IsNullOrEmpty(folder); folder = Path.GetDirectoryName(folder))
            {
                if (File.Exists(Path.Combine(folder, "HandyBackup.sln")))
                {
                    return folder;
                }
            }
        }

        throw new InvalidOperationException("HandyBackup.sln was not found above the test program.");
    }
}
