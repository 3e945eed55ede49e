using HandyBackup.Contracts;

namespace HandyBackup.Rpc.Agents.Runs;

/// <summary>What the agent may use in one run. What is missing it must not ask for.</summary>
/// <param name="Ingest">Takes blobs in; null unless the run is a backup.</param>
/// <param name="Retrieve">Gives blobs out.</param>
/// <param name="Observer">Is told how the run goes; null for a plan.</param>
internal sealed record RunParts(IIngest? Ingest, IRetrieve Retrieve, IRunObserver? Observer);
