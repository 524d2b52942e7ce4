"""Nothing is stored: say who takes part. `python -m bench.pubsub.population OUT`."""

from bench.population import PAIRS, PEOPLE, Population, write_population


def main() -> None:
    """Write the names."""
    numbers = [str(number) for number in range(1, PEOPLE + 1)]
    write_population(Population(people=numbers, tokens=numbers, pairs=numbers[:PAIRS], room=str(PAIRS + 1)))


if __name__ == "__main__":
    main()
