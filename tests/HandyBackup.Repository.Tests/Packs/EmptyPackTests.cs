using HandyBackup.Stores;
using HandyBackup.Testing;
using static HandyBackup.Repository.Tests.Packs.TestBlobs;

namespace HandyBackup.Repository.Tests.Packs;

public sealed class EmptyPackTests
{
    private const int Workers = 8;
    private const int Turns = 1000;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = 60_000)]
    public async Task Flush_that_comes_between_the_opening_of_a_pack_and_its_first_blob_saves_no_pack_without_blobs()
    {
        var memory = new MemoryStore();
        await using OpenRepository open = await TestRepository.CreateAsync(memory);
        await using IndexedRepository repository = await open.LoadIndexAsync(Stop);
        BlobWriter writer = repository.Writer;

        // All put the same: who waits for a pack finds his blob known when it is open.
        await Task.WhenAll(Enumerable.Range(0, Workers).Select(worker => Task.Run(
            async () =>
            {
                for (int turn = 0; turn < Turns; turn++)
                {
                    await PutAsync(writer, BitConverter.GetBytes(turn));
                    await writer.FlushAsync(Stop);
                }
            },
            Stop)));

        Assert.DoesNotContain(memory.Files, file => file.Kind == StoreFileKind.Pack && memory[file].Length <= PackFormat.Overhead);
    }
}
