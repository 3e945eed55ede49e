using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace HandyBackup.Sources.Files.Tests.Restore;

/// <summary>Restores single files as an agent does: each block is looked for first, and written if it is not there.</summary>
internal sealed class BlockRestore(string destination) : IAsyncDisposable
{
    public const int BlockSize = 1 << 20;

    private IRestoreTarget? _target;

    /// <summary>Blocks that were not there already.</summary>
    public int Written { get; private set; }

    /// <summary>Is called before the last step.</summary>
    public Action? BeforeCompletion { get; set; }

    /// <summary>False where the system does not let the thread see its own figures, as after a change of user.</summary>
    public bool CountsBytes { get; init; } = true;

    /// <summary>The number of blocks after which the file is given up; none by default.</summary>
    public int StopsAfter { get; set; } = int.MaxValue;

    /// <summary>True to give it up as a restore does that was stopped as a whole.</summary>
    public bool IsSuspended { get; set; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Content that does not repeat itself.</summary>
    public static byte[] Noise(int seed, int length)
    {
        byte[] content = new byte[length];
        new Random(seed).NextBytes(content);
        return content;
    }

    /// <summary>Asserts that a file has this content.</summary>
    public static async Task AssertContentAsync(string path, byte[] expected)
    {
        byte[] content = await File.ReadAllBytesAsync(path, Token);
        Assert.True(content.AsSpan().SequenceEqual(expected), "The content is not what it should be.");
    }

    public static SourceItem Item(string name, long size, uint mode = 0x1A4) => new()
    {
        Name = Encoding.UTF8.GetBytes(name),
        Kind = SourceItemKind.File,
        Mode = mode,
        Size = size,
        Modified = new SourceTime(1_600_000_000, 500_000_000),
        Links = 1,
    };

    public async Task<IRestoreTarget> TargetAsync() => _target ??= await new FilesSource(new FilesOptions()).OpenTargetAsync(destination, [], Token);

    /// <summary>Restores a file; gives back how many bytes the thread handed to the system for writing.</summary>
    public async Task<long> RestoreAsync(SourceItem item, byte[] content)
    {
        IRestoreTarget target = await TargetAsync();
        SourceItem? existing = await target.FindAsync(item, Token);

        // All that this target does is done by the calling thread, before it returns.
        long before = WrittenByThread();
        await using (IRestoreFile file = await target.CreateFileAsync(item, new RestoreFileOptions { Existing = existing }, Token))
        {
            for (int at = 0; at < content.Length && at / BlockSize < StopsAfter; at += BlockSize)
            {
                ReadOnlyMemory<byte> block = content.AsMemory(at, Math.Min(BlockSize, content.Length - at));
                if (!await file.TryKeepAsync(at, block.Length, SHA256.HashData(block.Span), Token))
                {
                    await file.WriteAsync(at, block, Token);
                    Written++;
                }
            }

            BeforeCompletion?.Invoke();
            if (StopsAfter == int.MaxValue)
            {
                Assert.Empty(await file.CompleteAsync(SourceItemDetails.None, Token));
            }
            else if (IsSuspended)
            {
                file.Suspend();
            }
        }

        return WrittenByThread() - before;
    }

    public async ValueTask DisposeAsync()
    {
        if (_target is not null)
        {
            await _target.DisposeAsync();
        }
    }

    // wchar of proc(5): bytes given to write(2) and its like, whatever becomes of them.
    private long WrittenByThread()
    {
        if (!CountsBytes)
        {
            return 0;
        }

        string line = File.ReadLines("/proc/thread-self/io").First(line => line.StartsWith("wchar:", StringComparison.Ordinal));
        return long.Parse(line["wchar:".Length..], CultureInfo.InvariantCulture);
    }
}
