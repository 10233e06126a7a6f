"""Which lines of a source a comment `unreachable: WHY` excuses from being tested."""


def indent(line):
    return len(line) - len(line.lstrip())


def excused(name):
    """
    How many marks a file has, and the numbers of the lines that they excuse: the
    statement that follows the comment; if it opens a block, the whole block.
    """
    with open(name, encoding='utf-8') as file:
        lines = file.read().splitlines()
    n_marks, numbers = 0, set()
    for at, line in enumerate(lines):
        if not line.lstrip().startswith('/* unreachable: '):
            continue
        n_marks += 1
        while '*/' not in lines[at]:
            at += 1
        at += 1
        end = at
        while not lines[end].endswith(('{', ';')):
            end += 1
        while not lines[end].endswith(';') and not (
                lines[end].lstrip().startswith('}') and indent(lines[end]) == indent(lines[at])):
            end = next(i for i in range(end + 1, len(lines)) if indent(lines[i]) == indent(lines[at]) and lines[i].strip())
        numbers.update(range(at + 1, end + 2))
    return n_marks, numbers
