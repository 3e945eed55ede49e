using HandyBackup.Contracts;

namespace HandyBackup.Repository.Tests.Verification;

public sealed class TreeTimesTests
{
    [Fact(Timeout = 10_000)]
    public async Task Folder_waits_for_a_tree_that_is_visited_for_another_folder()
    {
        // Root 0 has folders 1 and 2; both have folder 3. Entry i lies in pack i; that of 3 was never read back, then long ago.
        foreach (uint last in (uint[])[0, 5])
        {
            var index = new BlobIndex();
            var record = new MemoryVerificationRecord { State = new VerificationState { Recorded = Seconds.ToTime(1) } };
            for (byte i = 0; i < 4; i++)
            {
                Sha256Hash hash = new([.. Enumerable.Repeat(i, 32)]);
                index.Add(new PackId(hash), [new PackedBlob(new BlobKey(new BlobId(hash), BlobType.Tree), 0, 100, 0)]);
                record.Packs[new PackId(hash)] = new PackVerification(new PackId(hash), Seconds.ToTime(1), Seconds.ToTimeOrNull(i == 3 ? last : 100u + i));
            }

            VerificationPass pass = await VerificationPass.BeginAsync(index, new CheckOptions { Record = record }, TimeProvider.System, TestContext.Current.CancellationToken);
            var times = new TreeTimes(index, pass);
            TreeVisit root = Visit(times, 0, null);
            TreeVisit one = Visit(times, 1, root);
            TreeVisit two = Visit(times, 2, root);
            times.End(root);
            TreeVisit three = Visit(times, 3, one);
            times.Share(two, 3);
            times.End(two);
            times.End(one);
            Assert.Equal((2, 1, 1), (root.Open, one.Open, two.Open));
            times.End(three);

            Assert.All(Enumerable.Range(0, 4), entry => Assert.Equal(Seconds.ToTimeOrNull(last), times.GetTime(entry)));
        }
    }

    private static TreeVisit Visit(TreeTimes times, int entry, TreeVisit? parent)
    {
        var visit = new TreeVisit(new TreePath(default, null, default, default), entry, parent);
        times.Begin(visit);
        times.Note(visit, entry);
        return visit;
    }
}
