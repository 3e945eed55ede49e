using System.Diagnostics;
using HandyBackup.Agent.Core.Sources;
using HandyBackup.Contracts;
using HandyBackup.Sources.Files;
using HandyBackup.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace HandyBackup.Agent.Core.Tests.Items;

/// <summary>An agent with the real files of a folder, and with a source in memory.</summary>
internal sealed class ItemRig : IDisposable
{
    private readonly TempFolder _folder = new();

    /// <summary>Makes the folder's content by a script of the shell.</summary>
    /// <param name="script">The script, which runs in the folder.</param>
    /// <param name="own">What in the folder is the agent's own; none when omitted.</param>
    public ItemRig(string script = "", string? own = null)
    {
        Memory = new MemorySource(new MemoryTree());
        Agent = new AgentHost(
            new SourceRegistry([new FilesSourceFactory(), new MemorySourceFactory(Memory)]),
            "box",
            TimeProvider.System,
            NullLoggerFactory.Instance,
            protectedFolders: own is null ? null : [PathOf(own)]);
        Run(script);
    }

    public static SourceSelection Files { get; } = new() { Source = "Files" };

    public static CancellationToken Token => TestContext.Current.CancellationToken;

    public AgentHost Agent { get; }

    public MemorySource Memory { get; }

    public string PathOf(string path) => _folder.Combine(path);

    /// <summary>All that is in the folder, sorted.</summary>
    public string Everything => Run("find . -mindepth 1 | sed 's,^./,,' | LC_ALL=C sort | xargs echo");

    public string Run(string script)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Links, pipes and modes are those of Linux.");
        using Process shell = Process.Start(new ProcessStartInfo("/bin/sh", ["-e", "-c", script]) { WorkingDirectory = _folder.Path, RedirectStandardOutput = true })!;
        string output = shell.StandardOutput.ReadToEnd();
        shell.WaitForExit();
        Assert.True(shell.ExitCode == 0, script);
        return output.Trim();
    }

    public Task<WrittenItem> WriteAsync(ItemToWrite item, params byte[][] parts) =>
        Agent.WriteFileAsync(new ItemWriteOrder { Target = Files, Item = item }, TestContent.Of(parts), Token);

    public Task<WrittenItem> WriteFolderAsync(ItemToWrite item) => Agent.WriteFolderAsync(new ItemWriteOrder { Target = Files, Item = item }, Token);

    public ValueTask<List<ItemRemoval>> RemoveAsync(string path, bool recurse = true) => Removals(path, recurse).ToListAsync(Token);

    public IAsyncEnumerable<ItemRemoval> Removals(string path, bool recurse = true) =>
        Agent.RemoveItemsAsync(new RemovalOrder { Selection = Files, Path = PathOf(path), Recurse = recurse }, Token);

    public static async Task<HandyBackupException> FailsAsync(ErrorCode code, Func<Task> call)
    {
        HandyBackupException failure = await Assert.ThrowsAsync<HandyBackupException>(call);
        Assert.True(failure.Code == code, failure.ToString());
        return failure;
    }

    public void Dispose() => _folder.Dispose();
}
