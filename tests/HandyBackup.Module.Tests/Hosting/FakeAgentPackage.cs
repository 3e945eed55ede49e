using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace HandyBackup.Module.Tests.Hosting;

/// <summary>
/// A package with a shell script in place of the agent's program, and a folder for the machine. The script notes its arguments, keeps what it was given and a copy of the package as it
/// found it, and then does what the test says.
/// </summary>
internal sealed class FakeAgentPackage : IDisposable
{
    // Not compressible, and several parts of the way to the machine.
    private const int LargeFile = 6 * 1024 * 1024;

    private readonly string _folder = Directory.CreateTempSubdirectory("hb-package-").FullName;

    /// <param name="install">What <c>install</c> does after it has noted everything.</param>
    public FakeAgentPackage(string install = "exit 0")
    {
        Directory.CreateDirectory(Folder);
        Directory.CreateDirectory(Machine);
        Directory.CreateDirectory(Noted);
        Directory.CreateDirectory(Path.Combine(Folder, "sub folder"));
        File.WriteAllText(Path.Combine(Folder, "hb-agent"), $"""
            #!/bin/sh
            noted='{Noted}'
            echo "$@" >> "$noted/calls"
            case "$1" in
            status) cat "$noted/status" 2>/dev/null; exit 1 ;;
            install|uninstall)
                tr '\0' '\n' < /proc/$$/cmdline > "$noted/command-line"
                tr '\0' '\n' < /proc/$$/environ > "$noted/environment"
                cat > "$noted/input"
                cp -rp "$(dirname "$0")" "$noted/package"
                ls -ld "$(dirname "$0")/.." > "$noted/mode"
                touch "$noted/ready"
                {install} ;;
            esac

            """);
        File.WriteAllBytes(Path.Combine(Folder, "large.dll"), RandomNumberGenerator.GetBytes(LargeFile));
        File.WriteAllBytes(Path.Combine(Folder, "sub folder", "empty"), []);
        File.SetLastWriteTimeUtc(Path.Combine(Folder, "large.dll"), new DateTime(2024, 2, 29, 23, 59, 57, DateTimeKind.Utc).AddTicks(1234567));
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Path.Combine(Folder, "hb-agent"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    /// <summary>What the machine of these tests needs.</summary>
    public static string Runtime { get; } = "linux-" + RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant();

    /// <summary>The folder of all packages.</summary>
    public string Root => Path.Combine(_folder, "packages");

    /// <summary>The package.</summary>
    public string Folder => Path.Combine(Root, Runtime, "agent");

    /// <summary>Where copies lie on the machine.</summary>
    public string Machine => Path.Combine(_folder, "machine");

    /// <summary>The parameters that every test gives.</summary>
    public string Parameters => $"-Server backup.example.org:10680 -PackagePath '{Root}' -ProgramPath '{Machine}/agent'";

    /// <summary>A file that the script wrote.</summary>
    public string Note(string name) => Path.Combine(Noted, name);

    /// <summary>The arguments of each call.</summary>
    public string[] Calls => File.Exists(Note("calls")) ? File.ReadAllLines(Note("calls")) : [];

    private string Noted => Path.Combine(_folder, "noted");

    /// <summary>Lets the machine say of itself how its agent stands.</summary>
    public void SayStatus(string json) => File.WriteAllText(Note("status"), json);

    /// <summary>Ends when a file that the script writes is there.</summary>
    public async Task WrittenAsync(string name)
    {
        CancellationToken limit = TestTimeout.Token;
        while (!File.Exists(Note(name)))
        {
            await Task.Delay(10, limit);
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
