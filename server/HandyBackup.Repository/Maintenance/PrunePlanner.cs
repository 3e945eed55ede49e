namespace HandyBackup.Repository;

/// <summary>
/// Decides which packs leave: those of which nothing is needed; of the others, those with the greatest share of waste, until the waste of the whole
/// repository is within the limit (as restic's --max-unused counts it, cmd/restic/cmd_prune.go); and small packs, when there are so many that merging pays.
/// </summary>
internal sealed class PrunePlanner(CapturedIndex captured, PackUses uses, double maxUnusedPercent)
{
    // A pack of a quarter of what is aimed at is worth as little as a new request; fewer than ten are not worth the writing.
    private const int SmallPackDivisor = 4;
    private const int LeastSmallPacks = 10;

    private readonly LeavingPacks _leaving = new(captured.Blobs);
    private PruneFigures _figures;

    /// <summary>Makes the plan.</summary>
    public PrunePlan Plan()
    {
        List<int> wasteful = [];
        long used = 0;
        long waste = 0;
        for (int pack = 0; pack < uses.Packs.Length; pack++)
        {
            PackUse use = uses.Packs[pack];
            _figures.Bytes += use.Size;
            used += use.Used;
            if (use.Used == 0)
            {
                Drop(pack, use);
            }
            else if (use.Unused > 0)
            {
                wasteful.Add(pack);
                waste += use.Unused;
            }
        }

        foreach (StrayPack stray in uses.Strays)
        {
            _figures.UnusedPacks++;
            _figures.UnusedBytes += stray.Size;
        }

        _figures.ToleratedBytes = RewriteWasteful(wasteful, waste, MaxWaste(used));
        MergeSmall(trees: true);
        MergeSmall(trees: false);
        return new PrunePlan(captured, _leaving, uses, _figures);
    }

    private double MaxWaste(long used) => maxUnusedPercent >= 100 ? double.MaxValue : used * maxUnusedPercent / (100 - maxUnusedPercent);

    private long RewriteWasteful(List<int> packs, long waste, double maxWaste)
    {
        packs.Sort((left, right) => ShareOf(right).CompareTo(ShareOf(left)));
        foreach (int pack in packs)
        {
            if (waste <= maxWaste)
            {
                break;
            }

            waste -= uses.Packs[pack].Unused;
            Rewrite(pack);
        }

        return waste;
    }

    private double ShareOf(int pack) => (double)uses.Packs[pack].Unused / uses.Packs[pack].Size;

    private void MergeSmall(bool trees)
    {
        int smallSize = (trees ? PackFormat.TreeTargetSize : PackFormat.TargetSize) / SmallPackDivisor;
        List<int> small = [];
        for (int pack = 0; pack < uses.Packs.Length; pack++)
        {
            PackUse use = uses.Packs[pack];
            if (use.HasTrees == trees && use.Used > 0 && use.Size < smallSize && !_leaving.Contains(pack))
            {
                small.Add(pack);
            }
        }

        foreach (int pack in small.Count < LeastSmallPacks ? [] : small)
        {
            _figures.ToleratedBytes -= uses.Packs[pack].Unused;
            Rewrite(pack);
        }
    }

    private void Drop(int pack, in PackUse use)
    {
        _leaving.Add(pack);
        if (use.Exists)
        {
            _figures.UnusedPacks++;
            _figures.UnusedBytes += use.Size;
        }
    }

    private void Rewrite(int pack)
    {
        PackUse use = uses.Packs[pack];
        _leaving.Add(pack);
        _figures.RewrittenPacks++;
        _figures.RewrittenBytes += use.Size;
        _figures.CopiedBytes += use.Used;
    }
}
