using System.Diagnostics;

namespace HandyBackup.Sources.Files.Tests;

/// <summary>
/// A folder below the system's temporary one, filled by a shell script. The shell makes and removes what .NET cannot name: names that are no
/// text, paths longer than 4,096 bytes.
/// </summary>
internal sealed class TestTree : IDisposable
{
    private readonly List<string> _mounts = [];

    private TestTree() => Path = Directory.CreateTempSubdirectory("handybackup-files-").FullName;

    public string Path { get; }

    /// <summary>Makes a tree by a script of bash that runs in it.</summary>
    public static TestTree Create(string script = "")
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The test's tree is made by a shell on Linux.");
        var tree = new TestTree();
        try
        {
            _ = tree.Run(script);
            return tree;
        }
        catch
        {
            tree.Dispose();
            throw;
        }
    }

    public string Combine(string path) => $"{Path}/{path}";

    /// <summary>Runs a script of bash in the tree and gives back what it printed; fails the test if the script fails.</summary>
    public string Run(string script)
    {
        (int exitCode, string output, string errors) = Execute("set -e\n" + script);
        Assert.True(exitCode == 0, $"Exit code {exitCode} of: {script}\n{errors}");
        return output;
    }

    /// <summary>Mounts something on a new folder of the tree, or skips the test.</summary>
    public string MountOrSkip(string name, string arguments)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Mounting needs root.");
        (int exitCode, _, string errors) = Execute($"mkdir -p {name} && mount {arguments} {name}");
        Assert.SkipUnless(exitCode == 0, $"This machine cannot mount '{arguments}': {errors}");
        _mounts.Add(name);
        return Combine(name);
    }

    public void Dispose()
    {
        foreach (string mount in Enumerable.Reverse(_mounts))
        {
            _ = Execute($"umount {mount} || umount --lazy {mount}");
        }

        _ = Execute("chattr -R -i . 2>/dev/null; cd / && rm -rf --one-file-system \"$OLDPWD\"");
    }

    private (int ExitCode, string Output, string Errors) Execute(string script)
    {
        var start = new ProcessStartInfo("bash", ["-c", script])
        {
            WorkingDirectory = Path,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, errors.GetAwaiter().GetResult());
    }
}
