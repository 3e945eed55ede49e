using HandyBackup.Contracts;
using HandyBackup.Repository.Tests.Maintenance;
using HandyBackup.Stores;
using HandyBackup.Testing;

namespace HandyBackup.Repository.Tests.Copying;

/// <summary>Copies rely on nothing that a prune lets go while they run.</summary>
public sealed class CopyBesidePruneTests
{
    private const int Limit = 60_000;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = Limit)]
    public async Task Blob_that_the_target_had_when_it_was_asked_stays_although_the_target_is_pruned_meanwhile()
    {
        await using PruneBench source = await PruneBench.CreateAsync();
        await using PruneBench target = await PruneBench.CreateAsync();
        SnapshotId original = await source.BackUpAsync(Content(1), Content(2));
        SnapshotId kept = await target.BackUpAsync(Content(9));
        await target.RemoveAsync(await target.BackUpAsync(Content(1)));
        int loads = 0;
        source.Store.Before = async (operation, file) =>
        {
            // The two trees come first; then the target was asked for their content.
            if (operation == StoreOperation.Load && file.Kind == StoreFileKind.Pack && ++loads == 3)
            {
                await target.PruneAsync();
            }
        };

        SnapshotId copy = await CopyAsync(source, original, target);

        Assert.InRange(loads, 3, int.MaxValue);
        await target.AssertSoundAsync(kept, copy);
    }

    [Fact(Timeout = Limit)]
    public async Task What_another_process_pruned_since_the_index_was_loaded_is_stored_again()
    {
        await using PruneBench source = await PruneBench.CreateAsync();
        await using PruneBench target = await PruneBench.CreateAsync();
        SnapshotId original = await source.BackUpAsync(Content(1), Content(2));
        SnapshotId kept = await target.BackUpAsync(Content(9));
        SnapshotId removed = await target.BackUpAsync(Content(1));
        await using PruneBench other = await PruneBench.CreateAsync(target.Memory);
        await target.RemoveAsync(removed);
        await target.PruneAsync();

        SnapshotId copy = await CopyAsync(source, original, other);

        await other.AssertSoundAsync(kept, copy);
    }

    private static byte[] Content(int seed) => [.. BitConverter.GetBytes(seed), .. new byte[3000 + seed]];

    private static async Task<SnapshotId> CopyAsync(PruneBench source, SnapshotId id, PruneBench target) =>
        (await new SnapshotCopy(source.Repository, target.Repository, new Progress<RunProgress>(), _ => { }).RunAsync(id, Stop)).Id;
}
