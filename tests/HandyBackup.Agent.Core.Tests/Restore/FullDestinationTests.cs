using HandyBackup.Agent.Core.Tests.Backup;
using HandyBackup.Sources;

namespace HandyBackup.Agent.Core.Tests.Restore;

/// <summary>The destination is full after n bytes, for many n: what was restored until then is whole, nothing is half there, and with space the same restore completes.</summary>
public sealed class FullDestinationTests
{
    private const int FileSize = 40_000;
    private const int Files = 6;

    [Fact(Timeout = 60_000)]
    public async Task Restore_to_a_destination_that_is_full_at_any_byte_leaves_whole_files_only_and_completes_with_space()
    {
        for (long capacity = 0; capacity < Files * FileSize; capacity += 17_001)
        {
            long limit = capacity;
            var rig = new RestoreRig { Configure = target => target.Capacity = limit };
            for (int i = 0; i < Files; i++)
            {
                rig.Tree.AddFile($"folder/f{i}", BackupRig.Noise(i, FileSize));
            }

            await rig.BackUpAsync();
            SourceException exception = await Assert.ThrowsAsync<SourceException>(rig.RestoreAsync);

            Assert.Equal(SourceError.DestinationFull, exception.Error);
            rig.AssertNothingLeft();
            Assert.All(rig.Restored.Root.Children.Values.SelectMany(item => item.Children.Values).SelectMany(item => item.Children.Values), file => Assert.Equal(FileSize, file.Content.Length));

            rig.Configure = null;
            await rig.RestoreAsync();
            rig.AssertRestored();
        }
    }
}
