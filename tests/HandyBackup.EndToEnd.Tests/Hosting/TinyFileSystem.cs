namespace HandyBackup.EndToEnd.Tests.Hosting;

/// <summary>A file system of a few megabytes that is soon full.</summary>
internal sealed class TinyFileSystem : IAsyncDisposable
{
    private readonly string _folder;

    private TinyFileSystem(string folder) => _folder = folder;

    /// <summary>Skips the calling test where file systems cannot be mounted.</summary>
    public static void SkipUnlessPossible() =>
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.UserName == "root", "Only root can mount a file system that is soon full.");

    /// <summary>Mounts one on a new folder.</summary>
    public static async Task<TinyFileSystem> MountAsync(string folder, int megabytes)
    {
        Directory.CreateDirectory(folder);
        ProgramResult result = await SystemProgram.TryRunAsync("mount", ["-t", "tmpfs", "-o", $"size={megabytes}m", "tmpfs", folder], "/");
        Assert.SkipUnless(result.ExitCode == 0, $"A file system cannot be mounted here: {result.Errors}");
        return new TinyFileSystem(folder);
    }

    /// <summary>Makes it larger, as an administrator would.</summary>
    public Task GrowAsync(int megabytes) => SystemProgram.RunAsync("mount", ["-o", $"remount,size={megabytes}m", _folder], "/");

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await SystemProgram.RunAsync("umount", ["-l", _folder], "/");
}
