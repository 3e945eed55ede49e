using HandyBackup.Contracts;
using HandyBackup.Testing;

namespace HandyBackup.Catalog.Tests;

/// <summary>A drive with room for n pages more, for every n: what was acknowledged stays, what was refused is not half there, and with space everything goes on.</summary>
public sealed class CatalogOnFullDiskTests
{
    private const int Page = 4096;
    private const int MostPages = 40;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = 120_000)]
    public async Task Catalog_loses_nothing_that_it_acknowledged_and_goes_on_when_there_is_space_again()
    {
        using SmallMount disk = SmallMount.CreateOrSkip(4 * 1024);
        string filler = Path.Join(disk.Path, "filler");
        string path = Path.Join(disk.Path, "catalog.db");
        List<string> acknowledged = [];
        int refusals = 0;
        for (int pages = 0; pages < MostPages; pages++)
        {
            await using SqliteCatalog catalog = await SqliteCatalog.OpenAsync(path, Stop);
            Fill(filler, disk.Path, pages);
            for (int i = 0; i < 20; i++)
            {
                string name = $"r{pages}-{i}";
                try
                {
                    await catalog.Repositories.AddAsync(Samples.Repository(name) with { Id = IdOf(pages, i), Description = new string('x', 2000) }, Stop);
                    acknowledged.Add(name);
                }
                catch (HandyBackupException exception)
                {
                    Assert.Equal(ErrorCode.DataPathUnusable, exception.Code);
                    refusals++;
                }
            }

            File.Delete(filler);
            string after = $"after {pages}";
            await catalog.Repositories.AddAsync(Samples.Repository(after) with { Id = IdOf(pages, 99) }, Stop);
            acknowledged.Add(after);
            Assert.Equal(acknowledged.Order(), (await catalog.Repositories.ListAsync(Stop).ToListAsync(Stop)).Select(record => record.Name).Order());
            foreach (string name in acknowledged)
            {
                await catalog.Repositories.RemoveAsync((await catalog.Repositories.FindAsync(name, Stop))!.Id, removeTasks: false, Stop);
            }

            acknowledged.Clear();
        }

        Assert.InRange(refusals, 20, MostPages * 20);
    }

    private static string IdOf(int pages, int number) => $"{pages:x32}{number:x32}";

    // Takes all space but so many pages.
    private static void Fill(string filler, string folder, int pages)
    {
        long free = new DriveInfo(folder).AvailableFreeSpace;
        long length = Math.Max(0, free - ((long)pages * Page));
        using var file = new FileStream(filler, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        file.Write(new byte[length]);
    }
}
