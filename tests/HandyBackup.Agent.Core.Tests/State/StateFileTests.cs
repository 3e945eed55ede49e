using System.Text;
using FsCheck.Xunit;
using HandyBackup.Agent.Core.State;
using HandyBackup.Contracts;
using HandyBackup.Sources;
using HandyBackup.Testing;
using Microsoft.Win32.SafeHandles;

namespace HandyBackup.Agent.Core.Tests.State;

public sealed class StateFileTests : IDisposable
{
    private static readonly Guid s_epoch = Guid.NewGuid();

    private readonly TempFolder _folder = new();
    private readonly FingerprintKey _key = FingerprintKey.Create();

    private string FilePath => _folder.Combine("file");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_was_written_is_read()
    {
        Write();
        using StateFile file = StateFile.Open(FilePath);
        Assert.Equal((s_epoch, Hash(9), Hash(1)), (file.Header.RepairEpoch, file.Header.Order, file.Header.Root.Subtree.Hash));
        Assert.Equal(_key.Bytes, file.Header.Key.Bytes);

        StateFolder root = file.OpenFolder(file.Header.Root);
        Assert.Equal((3, Hash(1)), (root.Count, root.Place.Subtree.Hash));
        Assert.True(root.IsNext("a"u8, new ItemFingerprint(1, 2)));
        Assert.False(root.IsNext("a"u8, new ItemFingerprint(1, 3)));
        Assert.False(root.IsNext("b"u8, new ItemFingerprint(1, 2)));
        Assert.Null(root.NextChild());
        root.Pass();
        Assert.True(root.GoTo("folder"u8));
        StateFolder child = file.OpenFolder(root.NextChild()!.Value);
        Assert.Equal((2000, Hash(2)), (child.Count, child.Place.Subtree.Hash));
        Assert.True(child.GoTo("item 1999"u8));
        Assert.False(root.GoTo("g"u8));
        Assert.True(root.GoTo("void"u8));
        Assert.False(root.IsNext("void"u8, default));
        Assert.Equal(1, root.Passed);
    }

    [Fact]
    public void Folders_are_copied_into_the_next_file()
    {
        Write();
        string copy = _folder.Combine("copy");
        using (StateFile old = StateFile.Open(FilePath))
        using (SafeFileHandle handle = File.OpenHandle(copy, FileMode.CreateNew, FileAccess.ReadWrite))
        using (var writer = new StateWriter(handle))
        using (var root = new StateFolderBuilder())
        {
            StateFolder folder = old.OpenFolder(old.Header.Root);
            root.Add("0"u8, new ItemFingerprint(5, 5), null);
            root.AddOld(folder.Entries, folder.Count);
            Complete(writer, writer.Write(root, old));
        }

        using StateFile file = StateFile.Open(copy);
        StateFolder copied = file.OpenFolder(file.Header.Root);
        Assert.Equal(4, copied.Count);
        Assert.True(copied.GoTo("folder"u8));
        Assert.Equal(2000, file.OpenFolder(copied.NextChild()!.Value).Count);
    }

    [Fact]
    public void Every_altered_byte_is_found()
    {
        byte[] sound = Write();
        for (int i = 0; i < sound.Length; i += i < 1000 ? 1 : 97)
        {
            byte[] damaged = [.. sound];
            damaged[i] ^= 0x10;
            File.WriteAllBytes(FilePath, damaged);
            Assert.Throws<InvalidDataException>(ReadAll);
        }
    }

    [Fact]
    public void Records_of_an_older_file_are_not_taken_for_those_of_this_one()
    {
        byte[] older = Write();
        byte[] newer = Write();
        Assert.Equal(older.Length, newer.Length);
        older.AsSpan(StateHeader.Size).CopyTo(newer.AsSpan(StateHeader.Size));
        File.WriteAllBytes(FilePath, newer);
        Assert.Throws<InvalidDataException>(ReadAll);
    }

    [Fact]
    public void Another_version_is_not_read()
    {
        byte[] other = Write();
        other[0]++;
        BitConverter.TryWriteBytes(other.AsSpan(StateHeader.Size - 8), StateRecord.HashOf(other.AsSpan(0, StateHeader.Size - 8)));
        File.WriteAllBytes(FilePath, other);
        Assert.Throws<InvalidDataException>(ReadAll);
    }

    [Property(MaxTest = 300)]
    public void File_that_was_cut_off_or_grew_is_not_read(int change)
    {
        byte[] sound = Write();
        int length = Math.Abs(change % 2 == 0 ? change % 2048 : change) % sound.Length;
        File.WriteAllBytes(FilePath, change < 0 ? [.. sound, .. sound[..(length + 1)]] : sound[..length]);
        Assert.Throws<InvalidDataException>(ReadAll);
    }

    [Property(MaxTest = 1000)]
    public void Sealed_records_with_any_content_are_read_within_their_bounds(byte[] entries, int count)
    {
        byte[] record = [.. new byte[StateRecord.HeadSize], .. entries];
        StateRecord.Seal(record, count, fileMark: 1, offset: 1000);
        if (StateRecord.TryRead(record, 1, 1000, out ReadOnlySpan<byte> read, out int found))
        {
            Assert.Equal((entries.Length, Math.Max(count, 0)), (read.Length, Math.Max(found, 0)));
            Assert.True(found * 21L <= entries.Length || entries.Length == 0);
        }
    }

    [Fact]
    public async Task Different_looks_have_different_fingerprints()
    {
        MemoryTree tree = new();
        MemoryItem item = tree.AddFile("file", "content");
        await using ISourceSession session = await new MemorySource(tree).OpenAsync(TestContext.Current.CancellationToken);
        HashSet<ItemFingerprint> seen = [];
        Action[] changes =
        [
            () => { },
            () => item.Mode = 0x1FF,
            () => item.UserId = 1,
            () => item.GroupId = 1,
            () => item.ListedSize = 8,
            () => item.Inode++,
            () => item.Links++,
            () => item.Modified = item.Modified!.Value with { Nanoseconds = 1 },
            () => item.Modified = new(1, 1),
            () => item.Changed = item.Changed!.Value with { Nanoseconds = 1 },
            () => item.Changed = new(1, 1),
        ];
        foreach (Action change in changes)
        {
            change();
            SourceItem look = await session.ListAsync(null, TestContext.Current.CancellationToken).SingleAsync(TestContext.Current.CancellationToken);
            Assert.True(seen.Add(_key.Of(look)));
            Assert.DoesNotContain(FingerprintKey.Create().Of(look), seen);
        }
    }

    private byte[] Write()
    {
        using (SafeFileHandle handle = File.OpenHandle(FilePath, FileMode.Create, FileAccess.ReadWrite))
        using (var writer = new StateWriter(handle))
        using (var root = new StateFolderBuilder())
        using (var child = new StateFolderBuilder())
        {
            for (int i = 0; i < 2000; i++)
            {
                child.Add(Encoding.ASCII.GetBytes($"item {i:d4}"), new ItemFingerprint((ulong)i, 7), null);
            }

            root.Add("a"u8, new ItemFingerprint(1, 2), null);
            root.Add("folder"u8, new ItemFingerprint(3, 4), new StateChild(writer.Write(child, null), new BlobId(Hash(2)), IsOld: false));
            root.Add("void"u8, default, null);
            Complete(writer, writer.Write(root, null));
        }

        return File.ReadAllBytes(FilePath);
    }

    private void Complete(StateWriter writer, long root) => writer.Complete((mark, length) => new StateHeader
    {
        FileMark = mark,
        Length = length,
        Root = new StateChild(root, new BlobId(Hash(1)), IsOld: false),
        RepairEpoch = s_epoch,
        Order = Hash(9),
        Key = _key,
    });

    private void ReadAll()
    {
        using StateFile file = StateFile.Open(FilePath);
        StateFolder root = file.OpenFolder(file.Header.Root);
        Assert.True(root.GoTo("folder"u8));
        file.OpenFolder(root.NextChild()!.Value);
    }

    private static Sha256Hash Hash(byte value) => new(Enumerable.Repeat(value, Sha256Hash.Size).ToArray());
}
