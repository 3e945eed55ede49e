using System.Diagnostics;

namespace HandyBackup.Testing;

/// <summary>A file system in memory of a given size, mounted on a folder: real "no space left" and real "read-only". Linux, as root only.</summary>
public sealed class SmallMount : IDisposable
{
    private readonly TempFolder _folder = new();

    private SmallMount()
    {
    }

    public string Path => _folder.Path;

    /// <summary>Mounts one, or skips the test with the reason.</summary>
    public static SmallMount CreateOrSkip(int kibibytes)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Mounting a small file system needs Linux.");
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Mounting a small file system needs root.");
        var mount = new SmallMount();
        string? failure = Run("mount", "-t", "tmpfs", "-o", $"size={kibibytes}k", "tmpfs", mount.Path);
        if (failure is not null)
        {
            mount._folder.Dispose();
            Assert.Skip($"This machine cannot mount a small file system: {failure}");
        }

        return mount;
    }

    public void MakeReadOnly() => Assert.Null(Run("mount", "-o", "remount,ro", Path));

    public void Dispose()
    {
        Assert.Null(Run("umount", "--lazy", Path));
        _folder.Dispose();
    }

    private static string? Run(string program, params IEnumerable<string> arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        string errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? null : errors.Trim();
    }
}
