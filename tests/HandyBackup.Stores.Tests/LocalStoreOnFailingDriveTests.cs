using HandyBackup.Testing;

namespace HandyBackup.Stores.Tests;

/// <summary>Real refusals of the operating system: no space, read-only drive, no permission.</summary>
public sealed class LocalStoreOnFailingDriveTests
{
    private const int Limit = 60_000;

    private static readonly StoreFile s_pack = new(StoreFileKind.Pack, "ab" + new string('0', 62));

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = Limit)]
    public async Task Full_drive_says_so_and_keeps_no_part_of_the_file()
    {
        using SmallMount mount = SmallMount.CreateOrSkip(kibibytes: 2048);
        await using var store = new LocalStore(Path.Join(mount.Path, "repo"), TimeProvider.System);
        await store.CreateAsync(Stop);

        await AssertFailsAsync(StoreError.Full, () => store.SaveAsync(s_pack, [new byte[1_000_000], new byte[3_000_000]], Stop));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Join(mount.Path, "repo", "data", "ab")));

        await store.SaveAsync(s_pack, [new byte[1_000_000]], Stop);
        Assert.Equal(1_000_000, await store.FindSizeAsync(s_pack, Stop));
    }

    [Fact(Timeout = Limit)]
    public async Task Read_only_drive_refuses_access_but_loads_and_lists()
    {
        using SmallMount mount = SmallMount.CreateOrSkip(kibibytes: 2048);
        await using var store = new LocalStore(Path.Join(mount.Path, "repo"), TimeProvider.System);
        await store.CreateAsync(Stop);
        await store.SaveAsync(s_pack, [new byte[10]], Stop);
        mount.MakeReadOnly();

        await AssertFailsAsync(StoreError.AccessDenied, () => store.SaveAsync(StoreFile.Config, [new byte[1]], Stop));
        await AssertFailsAsync(StoreError.AccessDenied, () => store.RemoveAsync(s_pack, Stop));
        await AssertFailsAsync(StoreError.AccessDenied, () => store.DeleteAsync(Stop));
        await store.LoadAsync(s_pack, 0, new byte[10], Stop);
        Assert.Equal(10, await store.FindSizeAsync(s_pack, Stop));
    }

    [Fact(Timeout = Limit)]
    public async Task Folder_without_permission_is_access_denied_and_never_seems_empty()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no file modes.");
            return;
        }

        Assert.SkipWhen(Environment.IsPrivilegedProcess, "Root is refused nothing by modes.");
        using var folder = new TempFolder();
        await using var store = new LocalStore(folder.Combine("repo"), TimeProvider.System);
        await store.CreateAsync(Stop);
        await store.SaveAsync(s_pack, [new byte[10]], Stop);
        File.SetUnixFileMode(folder.Combine("repo"), UnixFileMode.None);

        await AssertFailsAsync(StoreError.AccessDenied, () => store.FindSizeAsync(s_pack, Stop));
        await AssertFailsAsync(StoreError.AccessDenied, () => store.LoadAsync(s_pack, 0, new byte[10], Stop).AsTask());
        await AssertFailsAsync(StoreError.AccessDenied, () => store.SaveAsync(StoreFile.Config, [new byte[1]], Stop));
        await AssertFailsAsync(StoreError.AccessDenied, () => store.IsEmptyAsync(Stop));
        await AssertFailsAsync(StoreError.AccessDenied, async () => await store.ListAsync(StoreFileKind.Pack, Stop).GetAsyncEnumerator(Stop).MoveNextAsync());
    }

    private static async Task AssertFailsAsync(StoreError expected, Func<Task> action) =>
        Assert.Equal(expected, (await Assert.ThrowsAsync<StoreException>(action)).Error);
}
